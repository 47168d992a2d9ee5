namespace Vagus.Fhir;

/// <summary>Limits and addresses of the FHIR API.</summary>
public sealed record FhirOptions
{
    /// <summary>The address that clients use for <c>/fhir</c>, without the last slash; null: what the request said.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>
    /// Other addresses by which clients may reach <c>/fhir</c>; references below them, too, are to resources of this server.
    /// </summary>
    public IReadOnlyList<string> OtherBaseUrls { get; init; } = [];

    /// <summary>
    /// Subscriptions of an organization that no value of a filter narrows down: each is asked, and numbered, at every change of its type.
    /// </summary>
    public int BroadSubscriptions { get; init; } = 200;

    /// <summary>Bytes of one request body; one more is answered 413.</summary>
    public int BodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Entries of one batch or transaction.</summary>
    public int BundleEntries { get; init; } = 5000;

    /// <summary>
    /// Searches of one user inside batches, of conditional requests and of a costly form that are under way at a time; the others wait.
    /// Fewer than the connections for reading, so that everybody else finds one.
    /// </summary>
    public int CostlySearches { get; init; } = 2;

    /// <summary>Searches of one transaction: it keeps all writes of the organization waiting while it runs.</summary>
    public int TransactionSearches { get; init; } = 100;

    /// <summary>Bodies larger than a megabyte that are worked on at the same moment, one of each user; others wait.</summary>
    public int LargeBodies { get; init; } = 4;

    /// <summary>How long a large body waits for those of other users before it is answered 503.</summary>
    public TimeSpan LargeBodyWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of resources that one answer holds, or a little more: a page ends where they are reached, and a Bundle's reads are refused
    /// from there on.
    /// </summary>
    public int AnswerBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long the files of an export are there, from the last of them on.</summary>
    public TimeSpan ExportLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long one call works on an export before it answers.</summary>
    public TimeSpan ExportTurn { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Receivers of subscriptions may stand in the own network, those on this machine without TLS. The operator decides it for everybody.
    /// </summary>
    public bool HooksOnPrivateNetwork { get; init; }

    /// <summary>Entries of one page when the client does not say.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Entries of one page at most.</summary>
    public int LargestPage { get; init; } = 1000;
}
