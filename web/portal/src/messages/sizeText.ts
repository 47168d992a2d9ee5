const kilobyte = 1_024;

/** In MB from one on: that is what upload limits are told in. */
export function sizeText(bytes: number, number: (value: number) => string): string {
  const megabytes = bytes / kilobyte / kilobyte;
  return megabytes >= 1 ? `${number(Math.round(megabytes * 10) / 10)} MB` : `${number(Math.max(1, Math.round(bytes / kilobyte)))} KB`;
}
