import type { EvaluationReport } from '../evaluate/report.ts';
import { writeAtomically } from '../log/atomic.ts';
import { type About, htmlReport } from './page.ts';

/** Writes the page of a report, whole or not at all; without a file nothing. */
export async function writeHtml(file: string | undefined, report: EvaluationReport, about: About): Promise<void> {
  if (file !== undefined) await writeAtomically(file, htmlReport(report, about));
}
