using System.Runtime.CompilerServices;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Exporting;

/// <summary>The messages of a thread, opened page by page, up to the last one that the thread's row knows of.</summary>
internal sealed class OpenedPages(Database database, MessageAnswers answers)
{
    private const int Page = 200;

    public async IAsyncEnumerable<IReadOnlyList<(MessageRow Row, MessageAnswer Opened)>> Of(
        ThreadRow thread, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = 0L;
        while (after < thread.LastSequence)
        {
            var rows = await ReadMessages.After(database, thread.Tenant, thread.Id, after, Page, cancel);
            if (rows.Count == 0) yield break;
            after = rows[^1].Sequence;
            IReadOnlyList<MessageRow> known = [.. rows.TakeWhile(row => row.Sequence <= thread.LastSequence)];
            var opened = await answers.Of(thread.Tenant, known, cancel);
            yield return [.. known.Zip(opened)];
        }
    }
}
