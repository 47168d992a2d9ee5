import { expect, test } from 'vitest';
import { isWideColour, sizeWithin } from '../worker/heicPicture';

const profile = (name: string) => new TextEncoder().encode([...name].map((letter) => `\0${letter}`).join(''));

test.each([
  ['Display P3', true], ['sRGB IEC61966-2.1', false], ['Display P', false],
])('The colours of a profile that is called %s are wide: %s', (name, expected) => {
  const content = new Uint8Array(500);
  content.set(profile(name), 300);

  expect(isWideColour(content)).toBe(expected);
  expect(isWideColour(content.subarray(0, 301))).toBe(false);
});

test.each([
  [[4_000, 3_000], [2_000, 1_500]], [[300, 200], [300, 200]], [[1, 40_000], [1, 2_000]],
])('A picture of %j is drawn as %j', ([width, height], expected) => {
  expect(sizeWithin(2_000, width!, height!)).toEqual(expected);
});
