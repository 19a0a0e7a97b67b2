import { safeAttribute } from './attribute.ts';
import type { Fields } from './fields.ts';

/**
 * One item by a template:
 * `data-v-text="title"` the field as text; `data-v-attr="href:url,src:image"` fields as attributes, left out where absent or unsafe;
 * `data-v-if="price"` the element only where the field is.
 */
export function render(template: HTMLTemplateElement, fields: Fields): DocumentFragment {
  const content = document.importNode(template.content, true);
  for (const element of content.querySelectorAll<HTMLElement>('[data-v-text],[data-v-attr],[data-v-if]')) {
    const { vText, vAttr, vIf } = element.dataset;
    if (vIf && !fields[vIf]) element.remove();
    if (vText) element.textContent = fields[vText] ?? '';
    for (const pair of vAttr?.split(',') ?? []) {
      const [attribute = '', field = ''] = pair.split(':').map((part) => part.trim());
      const value = fields[field];
      const safe = value === undefined ? undefined : safeAttribute(attribute, value);
      if (safe === undefined) element.removeAttribute(attribute);
      else element.setAttribute(attribute, safe);
    }
  }
  return content;
}

/** Used where a rail brings no template: a link with the title. */
export function defaultTemplate(): HTMLTemplateElement {
  const template = document.createElement('template');
  const link = document.createElement('a');
  link.dataset.vText = 'title';
  link.dataset.vAttr = 'href:url';
  template.content.append(link);
  return template;
}
