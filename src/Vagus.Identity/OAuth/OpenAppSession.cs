using Vagus.Access.Audit;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>How long a session of an application lives.</summary>
/// <param name="Lifetime">From its begin, or from its last refresh where it is renewed.</param>
/// <param name="IsRenewed">Each refresh begins the lifetime anew.</param>
internal readonly record struct SessionTerms(TimeSpan Lifetime, bool IsRenewed);

/// <summary>
/// Writes the session of an application, as a part of a larger write. It is a session as any other: it is listed, ends with its user's
/// rights, and every process refuses its tokens seconds after its end.
/// </summary>
internal sealed class OpenAppSession(AuditSeal seal, IdSource ids)
{
    /// <summary>Null where the user may not sign in any more.</summary>
    public async ValueTask<(UserRow User, SessionId Session)?> Write(
        WriteTransaction write, AppGrant grant, SessionTerms terms, AppRequest request, CancellationToken cancel)
    {
        var user = await write.QueryOne(FindUser, [write.Tenant.Value, grant.User.Value], UserRow.Map, cancel);
        if (user is null) return null;

        var session = new SessionId(ids.NewId());
        var (at, end) = (write.At.ToMicroseconds(), (write.At + terms.Lifetime).ToMicroseconds());
        write.Insert(
            SessionRows,
            write.Tenant.Value, session.Value, user.User.Value, user.Role.Name(), $"app:{grant.App}", request.Client.UserAgent,
            request.Client.Address, at, at, end, grant.Proof?.At.ToMicroseconds() ?? 0, grant.Proof?.Methods ?? "", 0L, end, grant.App,
            grant.Parent?.Value, terms.IsRenewed ? (long)terms.Lifetime.TotalMicroseconds : null);
        write.Insert(
            GrantRows, write.Tenant.Value, session.Value, string.Join(' ', grant.Scopes), grant.Patient?.Value, grant.Encounter);
        AuditTrail.Add(write, EntryOf(seal, grant, user, session, request));
        return (user, session);
    }

    /// <summary>A token was issued (IHE ITI-71): the request without its secrets, and the token's id.</summary>
    public static AuditEntry EntryOf(AuditSeal seal, AppGrant grant, UserRow user, SessionId session, AppRequest request) =>
        AuditEntry.Of(AuditActions.IssueToken, request.Client.Origin) with
        {
            Client = grant.App,
            User = user.User,
            Role = user.Role,
            Session = session,
            On = "token",
            Patients = grant.Patient is { } patient ? [patient] : [],
            SealedQuery = seal.Query(grant.Tenant, request.Form.WithoutSecrets()),
            Detail = $"jti={request.TokenId}",
        };

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
        ("app_id", ColumnType.Text),
        ("parent_session", ColumnType.Text),
        ("renewal", ColumnType.BigInt));

    private static readonly InsertInto GrantRows = new(
        "access_app_grant",
        ("tenant_id", ColumnType.Text),
        ("session_id", ColumnType.Text),
        ("scopes", ColumnType.Text),
        ("patient_id", ColumnType.Text),
        ("encounter_id", ColumnType.Text));

    private static readonly Statement FindUser = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);
}

/// <summary>A request at the token endpoint, and the id that its access token will have.</summary>
internal sealed record AppRequest(OAuthForm Form, ClientFacts Client, string TokenId);
