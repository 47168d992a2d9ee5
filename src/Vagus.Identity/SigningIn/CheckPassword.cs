using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Identity.Doors;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.SigningIn;

/// <summary>What a person types at a door, or a program shows there.</summary>
internal sealed record Credentials(string Email, string Password, string? Tenant);

/// <summary>A user whose password was right. <see cref="NewHash"/> is set when the stored one should be replaced.</summary>
internal sealed record ProvenUser(UserRow User, string? NewHash)
{
    /// <summary>The id of the secret by which a service account has shown who it is.</summary>
    public string? Secret { get; init; }
}

/// <summary>
/// Finds whose password it is. An unknown address costs one hash like one that several tenants know, and gets the same answer; that a
/// tenant must be named is said only to somebody who knows the password in the first of them.
/// </summary>
internal sealed class CheckPassword(
    Database database, PasswordHashing hashing, SignInThrottle throttle, KnownDevices devices, FailedSignIns failures,
    TimeProvider clock)
{
    public const int MaxEmail = 254;

    // An address without tenant is looked for in so many tenants.
    private const long MaxCandidates = 3;

    public async ValueTask<Result<ProvenUser>> Check(Door door, Credentials credentials, ClientFacts client, CancellationToken cancel)
    {
        if (credentials.Email.Length > MaxEmail || credentials.Email.Any(char.IsControl)) return Refusals.InvalidRequest;
        if (!PasswordRules.Fits(credentials.Password)) return Refusals.InvalidRequest;

        var email = UserRow.KeyOf(credentials.Email);
        var (account, place) = PlaceOf(AccountOf(door, email), client);
        if (!await throttle.Enter(account, place, cancel)) return Refusals.TooManyAttempts;

        var candidates = await Candidates(door, email, credentials.Tenant, cancel);
        var proven = await Match(candidates, credentials.Password, place, cancel);
        if (proven.Refusal == Refusals.InvalidCredentials) throttle.Failed(account);
        else throttle.GiveBack(account, place);

        var outcome = proven.IsRefused || candidates.Count == 1 ? proven : Refusals.TenantRequired;
        if (outcome.Refusal is not { Kind: not RefusalKind.TooMany } refused) return outcome;
        return await failures.Record(candidates, credentials with { Email = email }, client.Origin, refused, cancel) ?? refused;
    }

    /// <summary>What guessing is counted by, before it is known whether there is such an account.</summary>
    public static string AccountOf(Door door, string email) => $"{UserRow.NameOf(door)}\n{email}";

    /// <summary>
    /// The devices that know the account are one account and one network more: what strangers guess does not count there, and whoever has
    /// many marks of it has no more attempts than with one.
    /// </summary>
    private (string Account, string Place) PlaceOf(string account, ClientFacts client) =>
        devices.Knows(client.Device, account) ? (OfDevices(account), OfDevices(account)) : (account, client.Network);

    internal static string OfDevices(string account) => $"{account}\nknown";

    private async ValueTask<Result<ProvenUser>> Match(List<UserRow> candidates, string password, string place, CancellationToken cancel)
    {
        foreach (var service in candidates.Where(user => user is { Role: Role.Service, Disabled: false }))
        {
            if (await SecretOf(service, password, cancel) is { } secret) return new ProvenUser(service, NewHash: null) { Secret = secret };
        }

        // One hash for nobody, one tenant or several: the time would tell how many know the address.
        var user = candidates.FirstOrDefault();
        var match = await hashing.Compare(user?.PasswordHash, password, place, cancel);
        if (match == PasswordMatch.Busy) return Refusals.Busy;
        if (user is null or { Disabled: true } || match == PasswordMatch.Wrong) return Refusals.InvalidCredentials;
        return new ProvenUser(user, match == PasswordMatch.RightButOld ? hashing.Hash(password) : null);
    }

    /// <summary>256 random bits: one round of SHA-256 is no easier to guess than the secret itself.</summary>
    private ValueTask<string?> SecretOf(UserRow service, string secret, CancellationToken cancel) => database.QueryOne(
        FindSecret,
        [service.Tenant.Value, service.User.Value, SecretHash.Of(secret), clock.GetUtcNow().ToMicroseconds()],
        row => row.GetString(0),
        cancel);

    private async ValueTask<List<UserRow>> Candidates(Door door, string email, string? tenant, CancellationToken cancel)
    {
        if (tenant is null) return await database.Query(InAnyTenant, [email, UserRow.NameOf(door), MaxCandidates], UserRow.Map, cancel);
        // A tenant that cannot be is like one that is not: it finds nobody.
        return ChosenId.IsValid(tenant) ? await database.Query(InTenant, [tenant, email, UserRow.NameOf(door)], UserRow.Map, cancel) : [];
    }

    private static readonly Statement FindSecret = new("""
        select secret_id
        from access_service_secret
        where tenant_id = @tenant_id
          and user_id = @user_id
          and secret_hash = @secret_hash
          and (expires_at is null or expires_at > @now)
        """);

    // Who was invited and has never come is last: any organization may invite any address.
    private static readonly Statement InAnyTenant = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.email_key = @email_key
          and u.door = @door
        order by u.disabled, case when u.password_hash = '' then 1 else 0 end, u.tenant_id
        limit @limit
        """);

    private static readonly Statement InTenant = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.email_key = @email_key
          and u.door = @door
        """);
}
