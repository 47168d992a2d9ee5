/** 64 by 48 pixels, red beside blue, as heif-enc wrote them: 553 bytes. No browser on Linux can draw it. */
export const heicPhoto = Buffer.from(
  `
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAA
EGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAWAACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m
ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEM
Af//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAAAwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAA
AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGlt
ZwACAAEAAQAAAGBtZGF0AAAAVCgBrxOA9SeBP//aBR//AJnh96AcxP/5cpo/nB8f/kUGduAy7kp6H7t80OuRqE1g1fQcJhiwJg5NDlso2W5ENgI8HtrqOUSj
PrG1mp1rt82c9/5NsA==
`,
  'base64',
);

/** The same, said to be so wide and high: a picture that would fill a device's memory. */
export function heicOfSize(width: number, height: number): Buffer {
  const photo = Buffer.from(heicPhoto);
  for (let at = photo.indexOf('ispe'); at >= 0; at = photo.indexOf('ispe', at + 4)) {
    photo.writeUInt32BE(width, at + 8);
    photo.writeUInt32BE(height, at + 12);
  }
  return photo;
}

/** The same, in the colours of a phone's screen. */
export function heicInWideColour(): Buffer {
  const name = Buffer.from([...'Display P3'].flatMap((letter) => [0, letter.charCodeAt(0)]));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(name.length + 8);
  return Buffer.concat([heicPhoto, size, Buffer.from('free'), name]);
}
