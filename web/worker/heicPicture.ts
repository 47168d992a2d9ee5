/** The description of a picture, colours included, comes before its pixels. */
const descriptionBytes = 65_536;

/** "Display P3" as colour profiles write it: two bytes a letter. */
const wideColour = [...'Display P3'].flatMap((letter) => [0, letter.charCodeAt(0)]);

/** Whether a picture has the colours of a phone's screen, which are more than those of the web. */
export function isWideColour(content: Uint8Array): boolean {
  const description = content.subarray(0, descriptionBytes);
  return description.some((_, at) => wideColour.every((byte, index) => description[at + index] === byte));
}

/** The size of a picture that is no longer than that, and at least one pixel wide and high. */
export function sizeWithin(longestSide: number, width: number, height: number): [number, number] {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
