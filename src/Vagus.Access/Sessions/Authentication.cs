using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>
/// Verifies what a client shows and tells who it is, and tells observers when a session ends. The one way from a credential to a
/// <see cref="Caller"/>, for HTTP and sockets. Vagus.Identity implements it: the rooms that take calls know callers, not passwords.
/// </summary>
public abstract class Authentication
{
    /// <summary>No access token is longer, in characters; a longer text is refused unread.</summary>
    public const int MaxTokenLength = 8 * 1024;

    /// <summary>The one answer to every credential that does not hold.</summary>
    public static readonly Refusal Unauthenticated = new(
        RefusalKind.Unauthenticated, "unauthenticated", "Sign in and send a valid access token.");

    /// <summary>
    /// Raised once per process for each session that ends, also by a time-out: at once in the process that ended it, within seconds in the
    /// others. Observers return at once and do not throw.
    /// </summary>
    public event Action<SessionEnd>? Ended;

    /// <summary>
    /// Raised when a live session is granted something else than before: what was admitted with it must be admitted anew. As
    /// <see cref="Ended"/>, within seconds in the other processes.
    /// </summary>
    public event Action<TenantId, SessionId>? RightsChanged;

    /// <summary>
    /// Verifies an access token and that its session lives. A token with scopes is refused: it is for the endpoints that ask its ceiling.
    /// </summary>
    public async ValueTask<Result<Admission>> AuthenticateToken(string accessToken, CancellationToken cancel)
    {
        var admission = await AuthenticateAnyToken(accessToken, cancel);
        return admission is { IsRefused: false, Value.Ceiling: not null } ? Unauthenticated : admission;
    }

    /// <summary>The same for a token with or without scopes: the caller of this method holds the <see cref="Admission.Ceiling"/>.</summary>
    protected internal abstract ValueTask<Result<Admission>> AuthenticateAnyToken(string accessToken, CancellationToken cancel);

    /// <summary>
    /// Verifies the credential of clients without tokens: the session's handle, and the user and role that must be its own.
    /// </summary>
    public abstract ValueTask<Result<Admission>> AuthenticateSession(
        string sessionId, string userId, string role, CancellationToken cancel);

    /// <summary>
    /// Admits again as the session stands now, for what was handed out while it was admitted: never for longer than until then. Sessions of
    /// applications are not.
    /// </summary>
    public abstract ValueTask<Result<Admission>> Readmit(
        TenantId tenant, SessionId session, DateTimeOffset admittedUntil, CancellationToken cancel);

    /// <summary>True while the session lives: asked by keepers of a connection before something grave.</summary>
    public abstract ValueTask<bool> IsLive(TenantId tenant, SessionId session, CancellationToken cancel);

    /// <summary>True while the last proof of who it is lies within <see cref="Policies.RequiresFreshSignIn.Window"/>.</summary>
    public abstract ValueTask<bool> IsFresh(TenantId tenant, SessionId session, CancellationToken cancel);

    /// <summary>A person did something: the session's idle time begins anew.</summary>
    public abstract ValueTask NoteAction(TenantId tenant, SessionId session, CancellationToken cancel);

    /// <summary>Tells the observers.</summary>
    protected void Announce(SessionEnd end) => Ended?.Invoke(end);

    /// <summary>Tells the observers.</summary>
    protected void AnnounceRights(TenantId tenant, SessionId session) => RightsChanged?.Invoke(tenant, session);
}
