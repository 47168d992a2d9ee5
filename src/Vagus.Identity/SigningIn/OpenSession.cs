using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>A new session with its first refresh token, and the sessions that gave way to it.</summary>
internal sealed record OpenedSession(
    UserRow User, SessionId Session, SignInProof Proof, string RefreshToken, IReadOnlyList<SessionEnd> Displaced);

/// <summary>Writes a session for a user whose password was right.</summary>
internal sealed class OpenSession(GroupCommit commit, IdentityOptions options, IdSource ids)
{
    /// <param name="proven">The user as it was when the password was compared.</param>
    /// <param name="methods">What was shown: <c>amr</c> of the session's tokens.</param>
    /// <param name="client">What is known of the client.</param>
    /// <param name="cancel">Ends the wait.</param>
    public ValueTask<Result<OpenedSession>> Open(
        ProvenUser proven, string methods, ClientFacts client, CancellationToken cancel) =>
        commit.Write<OpenedSession>(proven.User.Tenant, (write, token) => Write(write, proven, methods, client, token), cancel);

    private async ValueTask<Result<OpenedSession>> Write(
        WriteTransaction write, ProvenUser proven, string methods, ClientFacts client, CancellationToken cancel)
    {
        var id = proven.User.User;
        if (!await SamePassword.Hold(write, id, proven.User.SecurityVersion, cancel)) return Refusals.InvalidCredentials;
        if (await EndOf(write, proven, cancel) is not { } end) return Refusals.InvalidCredentials;
        // Read again: between the comparison and now the user may have been given another role.
        var user = await write.QueryOne(FindUser, [write.Tenant.Value, id.Value], UserRow.Map, cancel);
        if (user is null) return Refusals.InvalidCredentials;

        if (proven.NewHash is { } newHash) await SamePassword.Rehash(write, id, newHash, cancel);
        var displaced = await EndSessions.OfUser(
            write, client.Actor, id, EndReason.Displaced, keepNewest: options.SessionsPerUser - 1, except: null, cancel);

        var session = new SessionId(ids.NewId());
        var refresh = ids.NewSecret();
        var idle = SignInPolicy.Parse(await TenantSettings.Read(write, SignInPolicy.Setting, cancel)).IdleLimitOf(user.Role);
        var proof = new SignInProof(write.At, methods);
        var at = write.At.ToMicroseconds();
        write.Insert(
            SessionRows,
            write.Tenant.Value,
            session.Value,
            id.Value,
            user.Role.Name(),
            client.Client,
            client.UserAgent,
            client.Address,
            at,
            at,
            end.ToMicroseconds(),
            at,
            methods,
            (long)idle.TotalMicroseconds,
            (idle == TimeSpan.Zero || write.At + idle > end ? end : write.At + idle).ToMicroseconds(),
            proven.Secret);
        RefreshToken.Add(write, session.Value, refresh, parentHash: null, client.Hash, (write.At + options.RefreshIdle, end));
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.SignIn, client.Origin) with
        {
            User = id, Role = user.Role, Session = session, Detail = $"by={methods}",
        });
        return new OpenedSession(user, session, proof, refresh, displaced);
    }

    /// <summary>The last moment of the session, which ends with its secret; null where that was revoked meanwhile.</summary>
    private async ValueTask<DateTimeOffset?> EndOf(WriteTransaction write, ProvenUser proven, CancellationToken cancel)
    {
        var longest = write.At + options.SessionLifetime;
        if (proven.Secret is not { } secret) return longest;
        object?[] named = [write.Tenant.Value, proven.User.User.Value, secret];
        // Held until the commit: a revocation in another process waits for it, and finds the session.
        if (await write.Execute(HoldSecret, named, cancel) == 0) return null;
        var expires = await write.QueryOne(
            ReadExpiry, named, row => row.IsDBNull(0) ? longest : Instant.FromMicroseconds(row.GetInt64(0)), cancel);
        return expires < longest ? expires : longest;
    }

    private static readonly InsertInto SessionRows = new(
        "access_session",
        ("tenant_id", ColumnType.Text),
        ("session_id", ColumnType.Text),
        ("user_id", ColumnType.Text),
        ("role", ColumnType.Text),
        ("client", ColumnType.Text),
        ("user_agent", ColumnType.Text),
        ("address", ColumnType.Text),
        ("started_at", ColumnType.BigInt),
        ("seen_at", ColumnType.BigInt),
        ("expires_at", ColumnType.BigInt),
        ("authenticated_at", ColumnType.BigInt),
        ("methods", ColumnType.Text),
        ("idle_limit", ColumnType.BigInt),
        ("ends_at", ColumnType.BigInt),
        ("secret_id", ColumnType.Text));

    private static readonly Statement HoldSecret = new("""
        update access_service_secret
        set secret_hash = secret_hash
        where tenant_id = @tenant_id
          and user_id = @user_id
          and secret_id = @secret_id
        """);

    private static readonly Statement ReadExpiry = new("""
        select expires_at
        from access_service_secret
        where tenant_id = @tenant_id
          and user_id = @user_id
          and secret_id = @secret_id
        """);

    private static readonly Statement FindUser = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);
}
