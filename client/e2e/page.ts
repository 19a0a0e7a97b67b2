/** What a test page holds besides its rails. */
export interface PageParts {
  /** Origin of the script; empty: the page's own. */
  readonly origin?: string;
  /** Attributes of the script tag. */
  readonly script?: string;
  readonly rails?: string;
  readonly nonce?: string;
}

/** A rail of twelve cards of a fixed size, with as many fallback children. */
export const rail = (attributes = 'surface="home" count="12"', fallback = 12): string => `
<vitrine-rail ${attributes} item-url="#/item/{id}">
  <template>
    <a class="card" data-v-attr="href:url,data-id:id">
      <span class="title" data-v-text="title"></span>
      <b data-v-if="price" data-v-text="price"></b>
      <button class="hide" data-v-action="hide">hide</button>
    </a>
  </template>
  ${Array.from({ length: fallback }, (_, i) => `<a class="card" href="#/own/${i}"><span class="title">Own ${i}</span></a>`).join('')}
</vitrine-rail>`;

/** A page of a site that uses Vitrine. */
export function html({ origin = '', script = 'data-consent="granted"', rails = rail(), nonce = '' }: PageParts = {}): string {
  const allowed = nonce ? ` nonce="${nonce}"` : '';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title>
<style${allowed}>
  body { margin: 0; font: 14px sans-serif }
  vitrine-rail { display: grid; grid-template-columns: repeat(6, 160px); grid-auto-rows: 100px; gap: 8px; min-height: 208px }
  .card { display: block; height: 100px; overflow: hidden }
</style>
<h1>Films</h1>${rails}<p id="below">Below</p>
<script${allowed} async src="${origin}/v1/vitrine.js" data-site="demo" ${script}></script></html>`;
}
