import type { Page } from 'playwright-core';

/** A small JPEG of the browser's own, with an Exif part that holds a place, as cameras write it before the picture. */
export async function photoWithPlace(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 48];
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = '#c77';
      context.fillRect(0, 0, 64, 48);
    }
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
  });
  const picture = Buffer.from(drawn);
  const content = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from('MM\0*\0\0\0\x08\0\0\0\0\0\0 GPS 43.6591 N 70.2568 W', 'latin1')]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length + 2);
  return Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, content, picture.subarray(2)]);
}

type Colour = readonly [red: number, green: number, blue: number];

/** What a picture of two halves shows in them. */
export function coloursOf(page: Page, picture: Buffer): Promise<{ readonly left: Colour; readonly right: Colour }> {
  return page.evaluate(async (bytes) => {
    const drawn = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const pen = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d')!;
    pen.drawImage(drawn, 0, 0);
    const at = (x: number) => {
      const [red, green, blue] = pen.getImageData(Math.floor(drawn.width * x), Math.floor(drawn.height / 2), 1, 1).data;
      return [red!, green!, blue!] as const;
    };
    return { left: at(0.25), right: at(0.75) };
  }, [...picture]);
}
