const betweenReadsMs = 150;

interface Followed {
  /** The position of the log up to which it was made. */
  readonly sequence: number;
}

/**
 * Reads what follows the log until it has reached a position, at most so many times: charts follow within milliseconds, and the events
 * that tell of a change are faster. The position is asked after each reading, for an event may come meanwhile.
 */
export async function readUntil<Answer extends Followed>(
  read: () => Promise<Answer>,
  position: () => number,
  mostReads: number,
): Promise<Answer> {
  for (let reads = 1; ; reads += 1) {
    const answer = await read();
    if (answer.sequence >= position() || reads >= mostReads) return answer;
    await new Promise((resolve) => setTimeout(resolve, betweenReadsMs * reads));
  }
}
