/** The editor's theme as a canvas needs it: colours as `rgba(r, g, b, a)`, and told of when they change. */
import { element } from '../dom.ts';
import { withOpacity, type Theme } from './themeColours.ts';

let shared: Theme | null = null;
const listeners = new Set<() => void>();
let watching = false;

/** The same for every chart on the page: reading it takes a dozen pixels back from a canvas. */
export function currentTheme(): Theme {
  watch();
  return (shared ??= readTheme());
}

/** Calls back when the editor has put other colours into the page. */
export function onThemeChange(changed: () => void): { dispose(): void } {
  watch();
  listeners.add(changed);
  return { dispose: () => listeners.delete(changed) };
}

function readTheme(): Theme {
  const probe = document.body.appendChild(element('span', { hidden: true }));
  const read = (value: string): string => {
    probe.style.color = value;
    return pixelOf(getComputedStyle(probe).color);
  };
  const text = read('var(--vscode-foreground)');
  const highContrast = document.body.classList.contains('vscode-high-contrast');
  const theme: Theme = {
    background: read('var(--vscode-editor-background)'),
    text,
    quietText: read('var(--quiet)'),
    gridLine: withOpacity(text, highContrast ? 0.3 : 0.1),
    fontFamily: getComputedStyle(document.body).fontFamily,
    strength: highContrast ? 2 : 1,
    colours: {
      blue: read('var(--chart-blue)'),
      orange: read('var(--chart-orange)'),
      green: read('var(--chart-green)'),
      purple: read('var(--chart-purple)'),
      red: read('var(--chart-red)'),
      yellow: read('var(--chart-yellow)'),
      foreground: text,
    },
  };
  probe.remove();
  return theme;
}

/** The editor changes the root's style, then the body's classes. */
function watch(): void {
  if (watching) return;
  watching = true;
  const observer = new MutationObserver(() => {
    shared = null;
    for (const changed of listeners) changed();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
}

/** Any colour that the page can show, as `rgba(r, g, b, a)`: a canvas turns it into a pixel, whatever it was written as. */
function pixelOf(colour: string): string {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}
