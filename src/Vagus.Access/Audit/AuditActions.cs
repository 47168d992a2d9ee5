namespace Vagus.Access.Audit;

/// <summary>The actions that entries name. FHIR's own are the codes of restful-interaction. A name never changes its meaning.</summary>
public static class AuditActions
{
    public const string Read = "read";
    public const string ReadVersion = "vread";
    public const string History = "history-instance";
    public const string HistoryOfType = "history-type";
    public const string HistoryOfSystem = "history-system";

    /// <summary>An operation that shows resources of several types, such as <c>$everything</c>.</summary>
    public const string Operation = "operation";
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

    /// <summary>An application got an access token (IHE IUA, ITI-71).</summary>
    public const string IssueToken = "token-issue";

    /// <summary>A user let an application act, or did not.</summary>
    public const string AuthorizeApp = "app-authorize";
    public const string RevokeApp = "app-revoke";
    public const string AddApp = "app-add";
    public const string ChangeApp = "app-change";
    public const string LaunchApp = "app-launch";
    public const string SessionEnd = "session-end";
    public const string AddUser = "user-add";
    public const string ChangeUser = "user-change";

    /// <summary>The role of a user became another one.</summary>
    public const string ChangeRole = "role-change";

    /// <summary>A look at accounts, proxies, sessions or secrets of others, by those who administer them.</summary>
    public const string ReadAccounts = "account-read";

    public const string InvitePatient = "patient-invite";
    public const string InviteUser = "user-invite";
    public const string ActivateAccount = "account-activate";
    public const string VerifyAddress = "address-verify";
    public const string ForgotPassword = "password-forgotten";
    public const string ResetPassword = "password-reset";
    public const string GrantProxy = "proxy-grant";

    /// <summary>A second person agreed to a proxy that waited for it.</summary>
    public const string ConfirmProxy = "proxy-confirm";

    public const string RevokeProxy = "proxy-revoke";
    public const string LinkUser = "user-link";
    public const string AddService = "service-add";
    public const string AddSecret = "secret-add";
    public const string RevokeSecret = "secret-revoke";

    /// <summary>A ticket was issued that opens one connection.</summary>
    public const string IssueTicket = "ticket-issue";

    /// <summary>A browser got the key that opens what waits there to be sent.</summary>
    public const string GiveDeviceKey = "device-key";

    public const string EnrolFactor = "factor-enrol";
    public const string RemoveFactor = "factor-remove";

    /// <summary>A second factor was shown at a sign-in, rightly or not.</summary>
    public const string UseFactor = "factor-use";

    /// <summary>All second factors of a user are to be removed, are removed, or stay after all.</summary>
    public const string ResetFactors = "factor-reset";

    public const string RenewRecoveryCodes = "recovery-codes-renew";
    public const string StepUp = "step-up";
    public const string ChangeSetting = "setting-change";
    public const string RotateKey = "key-rotate";
    public const string DestroyKey = "key-destroy";
    public const string BackUpKeys = "key-backup";
    public const string RestoreKeys = "key-restore";

    /// <summary>How long the keys of a type are kept.</summary>
    public const string RetainKeys = "key-retention";

    public const string PlaceHold = "hold-place";
    public const string ReleaseHold = "hold-release";

    /// <summary>A session opened the labelled records of one patient in an emergency.</summary>
    public const string BreakGlass = "break-glass";

    public const string EndBreakGlass = "break-glass-end";
    public const string ReviewBreakGlass = "break-glass-review";

    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";
    public const string Replay = "replay";

    /// <summary>The receiver of a FHIR subscription was told of changes; their versions are in the entry.</summary>
    public const string Notify = "subscription-notify";

    /// <summary>What became of a handshake, or of an attempt to tell the receiver of a FHIR subscription.</summary>
    public const string Deliver = "subscription-deliver";

    public const string ReadAudit = "audit-read";

    public const string StoreFile = "file-store";
    public const string ReadFile = "file-read";

    /// <summary>An address was signed that opens one file for a short time.</summary>
    public const string SignFile = "file-address";

    /// <summary>The virus scanner found something in a file.</summary>
    public const string QuarantineFile = "file-quarantine";

    /// <summary>A file that belonged to nothing was removed.</summary>
    public const string RemoveFile = "file-remove";

    /// <summary>A look at threads and their messages; ids of what was shown are in the entry.</summary>
    public const string ReadThread = "thread-read";

    /// <summary>A thread was assigned, prioritised, categorised, closed or opened again.</summary>
    public const string ChangeThread = "thread-change";

    /// <summary>Somebody has read a thread up to a message.</summary>
    public const string MarkRead = "message-read";

    public const string AddNote = "note-add";

    /// <summary>Whom somebody may write to was looked up.</summary>
    public const string FindRecipients = "recipient-read";

    /// <summary>Sealed content did not open: it was changed, moved or cut where it is stored.</summary>
    public const string SealBroken = "seal-broken";

    public const string RaiseAlert = "alert-raise";
    public const string AcknowledgeAlert = "alert-acknowledge";

    /// <summary>An alert got another owner because time ran out.</summary>
    public const string EscalateAlert = "alert-escalate";

    public const string DelegateAlert = "alert-delegate";
    public const string ResolveAlert = "alert-resolve";

    /// <summary>Somebody was called on the telephone about an alert.</summary>
    public const string CallAboutAlert = "alert-call";

    public const string ReadAlerts = "alert-read";

    /// <summary>Who is on call, and who stands in for whom.</summary>
    public const string ChangeOnCall = "on-call-change";

    /// <summary>A list of critical values was approved.</summary>
    public const string ApproveRules = "rules-approve";

    /// <summary>A service told of events that happened elsewhere.</summary>
    public const string PublishEvents = "event-publish";

    public const string ReadNotifications = "notification-read";

    /// <summary>How a person wants to be told: preferences, push subscriptions.</summary>
    public const string ChangeNotices = "notices-change";

    /// <summary>Something of a record left the organization, for a purpose that the entry names; to whom, its detail says.</summary>
    public const string Disclose = "disclose";

    /// <summary>The whole database was copied.</summary>
    public const string BackUp = "database-backup";

    /// <summary>The database is that of a backup: what came after it is gone.</summary>
    public const string Restore = "database-restore";

    public const string AddTenant = "tenant-add";

    /// <summary>A call of the command that moves an organization into another installation.</summary>
    public const string MoveTenant = "tenant-move";

    /// <summary>What an organization had left here was removed.</summary>
    public const string RemoveTenant = "tenant-remove";

    /// <summary>Entries were removed, for the years that they are kept are over.</summary>
    public const string RemoveAudit = "audit-remove";

    public static IReadOnlyList<string> All { get; } =
    [
        Read, ReadVersion, History, HistoryOfType, HistoryOfSystem, Operation, Search, Create, Update, Delete, Batch,
        Transaction, RefusedAtDoor, SignIn, SignOut,
        RefreshReused, SessionEnd, AddUser, ChangeUser, ChangeRole, ReadAccounts, InvitePatient, InviteUser, ActivateAccount,
        VerifyAddress, ForgotPassword, ResetPassword, GrantProxy, ConfirmProxy, RevokeProxy, LinkUser, AddService, AddSecret, RevokeSecret,
        IssueTicket, GiveDeviceKey, EnrolFactor, RemoveFactor, UseFactor, ResetFactors, RenewRecoveryCodes, StepUp, ChangeSetting,
        RotateKey, DestroyKey, BackUpKeys, RestoreKeys, RetainKeys, PlaceHold, ReleaseHold, BreakGlass, EndBreakGlass, ReviewBreakGlass,
        Subscribe, Unsubscribe, Replay, Notify, Deliver, ReadAudit, Disclose, RemoveAudit, IssueToken, AuthorizeApp, RevokeApp, AddApp,
        ChangeApp, LaunchApp, StoreFile, ReadFile, SignFile, QuarantineFile, RemoveFile, ReadThread, ChangeThread, MarkRead, AddNote,
        FindRecipients, SealBroken, RaiseAlert, AcknowledgeAlert, EscalateAlert, DelegateAlert, ResolveAlert,
        BackUp, Restore, AddTenant, MoveTenant, RemoveTenant,
        CallAboutAlert, ReadAlerts, ChangeOnCall, ApproveRules, PublishEvents, ReadNotifications, ChangeNotices,
    ];
}
