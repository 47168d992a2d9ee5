import type { Page } from 'playwright-core';

/** From now on what the page sends goes out at so many bytes a second. */
export async function slowUploads(page: Page, bytesPerSecond: number): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond,
  });
}

/** A file that the server takes for a PDF. */
export function pdfOf(name: string, bytes: number): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(bytes, 32)]) };
}
