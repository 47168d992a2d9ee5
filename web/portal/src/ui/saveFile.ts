/** Saved and never shown as a page: a file that somebody sent may be anything. */
export function saveFile(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  [link.href, link.download] = [address, fileName];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
