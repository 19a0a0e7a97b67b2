import { z } from 'zod';
import { type ProblemCode, problems } from '../shared/contract/problem.ts';
import { problem } from './schema/answer.ts';
import { type Content, type Operation, operations } from './schema/operation.ts';

const jsonSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return rest;
};

const contentOf = (content: Content) =>
  typeof content === 'string'
    ? { [content]: { schema: content === 'application/octet-stream' ? {} : { type: 'string' } } }
    : { 'application/json': { schema: jsonSchema(content) } };

function parametersOf({ path = {}, query }: Operation) {
  const shape = query?.shape ?? {};
  return [
    ...Object.entries(path).map(([name, schema]) => ({ name, in: 'path', required: true, schema: jsonSchema(schema) })),
    ...Object.entries(shape).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !(schema as z.ZodType).safeParse(undefined).success,
      style: 'form',
      explode: false,
      schema: jsonSchema(schema as z.ZodType),
    })),
  ];
}

/** The OpenAPI 3.1 document. */
export function openapiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = name.split(' ');
    const codes: readonly ProblemCode[] = operation.admin
      ? [...operation.problems, 'unauthorized', 'not-ready', 'overloaded']
      : operation.problems;
    const refused = [...new Set(codes.map((code) => problems[code]))];
    const entry = {
      summary: operation.summary,
      parameters: parametersOf(operation),
      ...(operation.body && { requestBody: { required: true, content: contentOf(operation.body) } }),
      responses: {
        ...Object.fromEntries(
          Object.entries(operation.answers).map(([status, [description, content]]) => [
            status,
            { description, ...(content && { content: contentOf(content) }) },
          ]),
        ),
        ...Object.fromEntries(
          refused.map((status) => [
            status,
            {
              description: codes.filter((code) => problems[code] === status).join(', '),
              content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
            },
          ]),
        ),
      },
      ...(operation.admin && { security: [{ admin: [] }] }),
    };
    paths[path] = { ...paths[path], [method.toLowerCase()]: entry };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Vitrine', version: '1', license: { name: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem) },
      securitySchemes: { admin: { type: 'http', scheme: 'bearer' } },
    },
  };
}
