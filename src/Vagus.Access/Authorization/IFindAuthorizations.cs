using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// Whether applications may still act, for rooms that do without a request what one has asked for. The room that keeps the applications
/// implements it.
/// </summary>
public interface IFindAuthorizations
{
    /// <summary>Those of the authorizations that hold now; what has ended, or was withdrawn, is not among them.</summary>
    ValueTask<IReadOnlySet<AppAuthorization>> Holding(
        TenantId tenant, IReadOnlyCollection<AppAuthorization> asked, CancellationToken cancel);
}

/// <summary>By what an application acts.</summary>
/// <param name="App">Its client id.</param>
/// <param name="Session">
/// The session that a user has opened for it, which lasts as long as its refresh tokens. Null: it acts for itself, as long as it is
/// registered.
/// </param>
public sealed record AppAuthorization(string App, SessionId? Session);
