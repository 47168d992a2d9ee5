using Vagus.Access.Audit;
using Vagus.Access.Vault.Searching;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage.Searching;

namespace Vagus.Messaging.Searching;

/// <summary>
/// Finds threads by words of their texts. Which of them the caller sees is asked in SQL, by the page that is then read; the number
/// of the others is not told. A match is shown only after its text was read and opened anew and has the words.
/// </summary>
internal sealed class FindThreads(
    SealedSearch index, SearchTexts texts, ReadTexts reading, MessageAnswers messages, MessagingPolicies policies, ThreadPages pages)
{
    public const int MostCharacters = 200;
    private const int LookedAt = 20;
    private const int Shown = 3;

    /// <summary>A page of the threads that the caller sees; with words, of those in whose texts they are.</summary>
    /// <param name="sight">What the caller sees.</param>
    /// <param name="filter">What else is asked for.</param>
    /// <param name="words">As typed; null or empty: no search.</param>
    /// <param name="openOnly">For the patient's side: notes are not looked at.</param>
    /// <param name="page">Where the page begins, and how many threads it has.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<Result<FoundPage>> Page(
        ThreadSight sight, ThreadFilter filter, string? words, bool openOnly, (ThreadCursor Cursor, int Limit) page,
        CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(words))
        {
            var (all, following) = await pages.Read(sight, filter, page.Cursor, page.Limit, cancel);
            return new FoundPage(all, following, Matches: null);
        }

        var tenant = sight.Caller.Tenant;
        if (Refuse(words) is { } unfit) return unfit;
        if (!(await policies.Of(tenant, cancel)).AllowsSearch) return MessagingRefusals.NoSearch;
        var query = new TextQuery(words, openOnly);
        if (await texts.Follow(tenant, cancel) is { } unprepared) return unprepared;
        var groups = index.Groups(tenant, query);
        if (groups.Refusal is { } refusal) return refusal;
        var (threads, next) = await pages.Read(sight, filter with { Among = groups.Value }, page.Cursor, page.Limit, cancel);
        var matches = await Matches(query, threads.Select(each => each.Thread), cancel);
        if (matches.Refusal is { } ended) return ended;
        return new FoundPage([.. threads.Where(each => matches.Value.ContainsKey(each.Thread.Id))], next, matches.Value);
    }

    /// <summary>The matches of each thread, at most three, the latest first. A thread whose text has changed since is missing.</summary>
    private async ValueTask<Result<Dictionary<string, IReadOnlyList<TextMatch>>>> Matches(
        TextQuery query, IEnumerable<ThreadRow> threads, CancellationToken cancel)
    {
        using var snippets = new TextSnippets();
        var matches = new Dictionary<string, IReadOnlyList<TextMatch>>(StringComparer.Ordinal);
        foreach (var thread in threads)
        {
            var ids = index.Search(thread.Tenant, query, thread.Id, LookedAt);
            if (ids.Refusal is { } refusal) return refusal;
            var shown = await Of(query, thread, [.. ids.Value.Select(TextId.Parse)], snippets, cancel);
            if (shown.Count > 0) matches[thread.Id] = shown;
        }

        return matches;
    }

    private async ValueTask<IReadOnlyList<TextMatch>> Of(
        TextQuery query, ThreadRow thread, IReadOnlyList<TextId> ids, TextSnippets snippets, CancellationToken cancel)
    {
        var shown = new List<TextMatch>();
        foreach (var row in await reading.Messages(thread.Tenant, Of(ids, TextId.MessageKind), cancel))
        {
            if (row.ThreadId != thread.Id || await messages.Content(thread.Tenant, row, cancel) is not { } content) continue;
            if (snippets.Of(query, content) is { } part)
                shown.Add(TextMatch.Of("message", part) with { Id = row.Id, Sequence = row.Sequence, SentAt = row.SentAt });
        }

        if (!query.OpenOnly)
        {
            foreach (var note in await reading.Notes(thread.Tenant, Of(ids, TextId.NoteKind), cancel))
            {
                if (note.Thread != thread.Id || await reading.Open(thread.Tenant, note, cancel) is not { } content) continue;
                if (snippets.Of(query, content) is { } part)
                    shown.Add(TextMatch.Of("note", part) with { Id = note.Id, SentAt = note.AddedAt });
            }
        }

        if (ids.Contains(TextId.Subject(thread.Id)) && await reading.Subject(thread, cancel) is { } subject
            && snippets.Of(query, subject) is { } title)
            shown.Add(TextMatch.Of("subject", title));
        return [.. shown.OrderByDescending(match => match.SentAt ?? DateTimeOffset.MaxValue).Take(Shown)];
    }

    private static List<string> Of(IReadOnlyList<TextId> ids, char kind) => [.. ids.Where(id => id.Kind == kind).Select(id => id.Id)];

    private static Refusal? Refuse(string words)
    {
        if (words.Contains('\0', StringComparison.Ordinal)) return MessagingRefusals.BrokenText;
        return words.Length <= MostCharacters && TextQuery.Count(words) is > 0 and <= TextQuery.MostWords
            ? null : FieldRefusals.Wrong("search", $"1 to {TextQuery.MostWords} words, at most {MostCharacters} characters");
    }
}

/// <summary>A page of threads, and why each of them was found; no matches where nothing was searched for.</summary>
internal sealed record FoundPage(
    IReadOnlyList<CountedThread> Threads, string? Next, IReadOnlyDictionary<string, IReadOnlyList<TextMatch>>? Matches)
{
    /// <summary>The audit entry says that it was a search, without its words: they may name a patient.</summary>
    public AuditEntry Told(AuditEntry entry) => Matches is null ? entry : entry with { Detail = "search" };
}

/// <summary>A part of a text that has the words: of a <c>message</c>, a <c>note</c>, or the <c>subject</c>.</summary>
internal sealed record TextMatch(string Kind, string Snippet, IReadOnlyList<Highlight> Highlights)
{
    /// <summary>The id of the message or note.</summary>
    public string? Id { get; init; }

    /// <summary>The place of the message.</summary>
    public long? Sequence { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public static TextMatch Of(string kind, TextSnippet snippet) => new(
        kind, snippet.Text, [.. snippet.Highlights.Select(each => new Highlight(each.Start, each.Length))]);
}

/// <summary>A stretch of the snippet with one of the words, in UTF-16 code units.</summary>
internal sealed record Highlight(int Start, int Length);
