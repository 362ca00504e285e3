/** An SVG picture as the bytes of a PNG. */
import type { Picture } from './svg.ts';

/** Pixels of the PNG for one of the picture: sharp on paper and on a dense screen. */
const SCALE = 2;

/** Rejects where the browser cannot draw it. */
export async function pngOf({ svg, width, height }: Picture): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  // Data, not a blob: the page's policy lets images come from data only.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('There is no canvas to draw the picture on.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture cannot be written as PNG.');
  return new Uint8Array(await blob.arrayBuffer());
}
