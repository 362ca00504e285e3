/** The page of a panel: nothing but our own script and style sheet may run in it, and it can reach nothing. */

export interface PanelHtml {
  readonly title: string;
  /** `dashboard`: the script and style sheet `<script>.{js,css}`. */
  readonly script: string;
  /** Drawn anew for every page. */
  readonly nonce: string;
  /** Where style sheets, pictures and fonts may come from. */
  readonly cspSource: string;
  /** A BCP 47 tag. */
  readonly language: string;
  /** The address of a file of the bundle folder. */
  readonly uri: (file: string) => string;
}

export function panelHtml({ title, script, nonce, cspSource, language, uri }: PanelHtml): string {
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${uri('ui.css')}">
<link rel="stylesheet" href="${uri(`${script}.css`)}">
</head>
<body>
<main id="root"></main>
<script type="module" nonce="${nonce}" src="${uri(`${script}.js`)}"></script>
</body>
</html>`;
}
