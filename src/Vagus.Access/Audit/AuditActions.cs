namespace Vagus.Access.Audit;

/// <summary>The actions that entries name. FHIR's own are the codes of restful-interaction. A name never changes its meaning.</summary>
public static class AuditActions
{
    public const string Read = "read";
    public const string ReadVersion = "vread";
    public const string History = "history-instance";
    public const string Search = "search-type";
    public const string Create = "create";
    public const string Update = "update";
    public const string Delete = "delete";
    public const string Batch = "batch";
    public const string Transaction = "transaction";

    /// <summary>A request that its endpoint's policy, or the check of its token, did not let in.</summary>
    public const string RefusedAtDoor = "refused";

    public const string SignIn = "sign-in";
    public const string SignOut = "sign-out";
    public const string RefreshReused = "refresh-reused";
    public const string SessionEnd = "session-end";
    public const string AddUser = "user-add";
    public const string ChangeUser = "user-change";
    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";
    public const string Replay = "replay";
    public const string ReadAudit = "audit-read";

    /// <summary>Something of a record was given to somebody outside for another purpose than treatment, payment or operations.</summary>
    public const string Disclose = "disclose";

    /// <summary>Entries were removed, for the years that they are kept are over.</summary>
    public const string RemoveAudit = "audit-remove";

    public static IReadOnlyList<string> All { get; } =
    [
        Read, ReadVersion, History, Search, Create, Update, Delete, Batch, Transaction, RefusedAtDoor, SignIn, SignOut, RefreshReused,
        SessionEnd, AddUser, ChangeUser, Subscribe, Unsubscribe, Replay, ReadAudit, Disclose,
        RemoveAudit,
    ];
}
