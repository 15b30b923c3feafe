import { setTimeout as pause } from 'node:timers/promises';
import type { CrashSite } from '../crash-site.ts';

const READ_EVERY_MS = 1_000;

/** The mails that a business's mailbox has received since they are followed. */
export interface FollowedMails {
  /** Reads what has come since, then answers how often each Message-ID has come in all. */
  copies(): Promise<ReadonlyMap<string, number>>;
  /** Stops reading. Throws what went wrong while nobody asked. */
  end(): Promise<void>;
}

/**
 * Follows a business's mails from the first one that is still there. The mailbox keeps the newest 10,000 and a gate
 * under load sends more, so they are read along the way.
 */
export function followMails(site: CrashSite, slug: string): FollowedMails {
  const copies = new Map<string, number>();
  let after = 0;
  const ended = new AbortController();
  const read = async () => {
    for (const { id, messageId } of await mailsAfter(site, slug, after)) {
      copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
      after = Math.max(after, Number(id));
    }
  };
  // one reading at a time: two at once would count the same mail twice
  let reading = Promise.resolve();
  const readNext = () => (reading = reading.then(read));
  const follow = async () => {
    while (!ended.signal.aborted) {
      await readNext();
      await pause(READ_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // ended while it waited
    }
  };
  const following = follow();
  following.catch(() => undefined); // told by `copies` and `end`
  return {
    copies: async () => {
      await readNext();
      return copies;
    },
    end: () => {
      ended.abort();
      return following;
    },
  };
}

async function mailsAfter(site: CrashSite, business: string, after: number): Promise<{ id: string; messageId: string }[]> {
  const answer = await fetch(`${site.run().mailbox!.url}/api/messages?${new URLSearchParams({ business, after: String(after) }).toString()}`);
  if (!answer.ok) throw new Error(`The mailbox answered ${answer.status}`);
  return (await answer.json()) as { id: string; messageId: string }[];
}
