using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Identity.Passwords;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>An application that was registered. The secret is shown this once and kept as its hash.</summary>
public sealed record RegisteredApp(string ClientId, string? ClientSecret);

/// <summary>Registers applications, and takes them out of use: their sessions end with the same write.</summary>
public sealed class Apps
{
    public const int MaxPerTenant = 200;
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly PasswordHashing hashing;
    private readonly SessionAuthentication sessions;
    private readonly IdSource ids;
    private readonly ICheckScopes store;
    private readonly AppOrigins origins;
    private readonly IdentityOptions options;

    internal Apps(
        Database database, GroupCommit commit, PasswordHashing hashing, SessionAuthentication sessions, IdSource ids, ICheckScopes store,
        AppOrigins origins, IdentityOptions options) =>
        (this.database, this.commit, this.hashing, this.sessions, this.ids, this.store, this.origins, this.options) =
            (database, commit, hashing, sessions, ids, store, origins, options);

    /// <param name="tenant">Whose application it is.</param>
    /// <param name="app">What is registered.</param>
    /// <param name="by">The administrator; null: the operator.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<Result<RegisteredApp>> Add(TenantId tenant, NewApp app, AuditActor? by, CancellationToken cancel)
    {
        if (app.Check(store, options.AppKeysOnPrivateNetwork) is { } refusal) return refusal;
        // Never chosen: an id that is taken by another tenant would tell of it.
        var id = ids.NewId();
        var secret = app.Kind == AppKind.Symmetric ? ids.NewSecret() : null;
        var hash = app.IsService ? hashing.Hash(ids.NewSecret()) : "";
        var added = await commit.Write<RegisteredApp>(tenant, async (write, token) =>
        {
            if (await write.QueryOne(Count, [tenant.Value], row => row.GetInt64(0), token) >= MaxPerTenant) return TooMany;
            if (app.IsService)
            {
                var account = new NewUser(tenant, $"{id}@service.invalid", app.Name, Role.Service) 
                {
                    SeesLabels = app.SeesSensitive ? Sensitivity.All : Sensitivity.None,
                };
                if (AddUser.Check(account) is { } bad) return bad;
                if (await AddUser.Store(write, account, id, hash, token) is { } taken) return taken;
            }

            await write.Execute(Insert, RowOf(write, app, id, secret, by), token);
            AuditTrail.Add(write, Entry(AuditActions.AddApp, by, id) with { Detail = $"type={app.Type}" });
            return new RegisteredApp(id, secret);
        }, cancel);
        origins.Forget();
        return added;
    }

    /// <summary>Disabled: its tokens die, and it gets no more. Enabled: it may ask anew.</summary>
    public async ValueTask<Result<string>> Disable(
        TenantId tenant, string id, bool disabled, AuditActor? by, CancellationToken cancel)
    {
        var outcome = await commit.Write<List<SessionEnd>>(tenant, async (write, token) =>
        {
            if (await write.Execute(SetDisabled, [disabled, tenant.Value, id], token) == 0) return NotFound;
            AuditTrail.Add(write, Entry(AuditActions.ChangeApp, by, id) with { Detail = $"disabled={(disabled ? "true" : "false")}" });
            return disabled ? await EndAppSessions.All(write, by ?? AuditActor.Operator, id, EndReason.EndedByOperator, token) : [];
        }, cancel);
        if (outcome.Refusal is { } refusal) return refusal;
        origins.Forget();
        sessions.Announce(outcome.Value);
        return id;
    }

    /// <summary>The applications of a tenant, the oldest first.</summary>
    public async ValueTask<IReadOnlyList<AppView>> List(TenantId tenant, CancellationToken cancel) =>
        [.. (await AppRow.OfTenant(database, tenant, cancel)).Select(AppView.Of)];

    internal async ValueTask<AppView?> Find(TenantId tenant, string id, CancellationToken cancel) =>
        await AppRow.OfTenant(database, tenant, id, cancel) is { } app ? AppView.Of(app) : null;

    internal static readonly Refusal NotFound = new(RefusalKind.NotFound, "app_not_found", "There is no such application.");

    private static AuditEntry Entry(string action, AuditActor? by, string id) =>
        (by ?? AuditActor.Operator).Entry(action) with { On = $"App/{id}" };

    private static object?[] RowOf(WriteTransaction write, NewApp app, string id, string? secret, AuditActor? by) =>
    [
        id,
        write.Tenant.Value,
        app.Name,
        app.Kind.ToString(),
        string.Join(' ', app.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        string.Join('\n', app.RedirectUris),
        app.LaunchUrl,
        app.Jwks,
        app.JwksUrl,
        secret is null ? null : SecretHash.Of(secret),
        write.At.ToMicroseconds(),
        by?.Caller?.User.Value,
    ];

    private static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "too_many_apps", $"An organization has at most {MaxPerTenant} applications.");

    private static readonly Statement Count = new("select count(*) from access_app where tenant_id = @tenant_id");

    private static readonly Statement Insert = new("""
        insert into access_app
          (app_id, tenant_id, name, kind, scopes, redirect_uris, launch_url, jwks, jwks_url, secret_hash, created_at, created_by, disabled)
        values
          (@app_id, @tenant_id, @name, @kind, @scopes, @redirect_uris, @launch_url, @jwks, @jwks_url, @secret_hash, @created_at, @created_by,
           false)
        """);

    private static readonly Statement SetDisabled = new("""
        update access_app
        set disabled = @disabled
        where tenant_id = @tenant_id
          and app_id = @app_id
        """);
}

/// <summary>An application as it is listed.</summary>
public sealed record AppView(
    string ClientId, string Name, string Type, string Scopes, IReadOnlyList<string> RedirectUris, string? LaunchUrl, string? JwksUrl,
    DateTimeOffset CreatedAt, bool Disabled)
{
    internal static AppView Of(AppRow app) => new(
        app.Id, app.Name, NewApp.Types[(int)app.Kind], string.Join(' ', app.Scopes), app.RedirectUris, app.LaunchUrl, app.JwksUrl,
        app.CreatedAt, app.Disabled);
}
