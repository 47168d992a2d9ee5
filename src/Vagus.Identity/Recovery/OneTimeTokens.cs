using System.Data.Common;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>What a one-time token is good for. The names are stored.</summary>
internal enum TokenPurpose
{
    /// <summary>A patient opens a portal account. The subject is the patient; every other purpose's is a user.</summary>
    PortalInvitation,
    VerifyEmail,
    Reset,
    StaffInvitation,
}

/// <summary>
/// A secret that is used once, from a mail or a sheet of paper: 256 random bits, of which only the SHA-256 is stored. A newer one voids the
/// older ones of its subject, and so does any change of the user's password: the row holds the security version that it was made for.
/// </summary>
internal sealed class OneTimeTokens(Database database, TimeProvider clock)
{
    public const int Length = RefreshToken.Length;

    /// <summary>Wrong answers to the question that belongs to a token; then it is void.</summary>
    public const int MaxTries = 5;

    public static TimeSpan LifetimeOf(TokenPurpose purpose) => purpose switch
    {
        TokenPurpose.Reset => TimeSpan.FromMinutes(30),
        TokenPurpose.VerifyEmail => TimeSpan.FromHours(24),
        _ => TimeSpan.FromDays(7),
    };

    /// <summary>Makes the token with the given secret and voids the older ones of the subject.</summary>
    public static async ValueTask<DateTimeOffset> Issue(
        WriteTransaction write, NewToken token, string secret, CancellationToken cancel)
    {
        var at = write.At.ToMicroseconds();
        var purpose = NameOf(token.Purpose);
        await write.Execute(VoidOlder, [at, write.Tenant.Value, purpose, token.Subject], cancel);
        var expires = write.At + LifetimeOf(token.Purpose);
        object?[] values =
            [SecretHash.Of(secret), write.Tenant.Value, purpose, token.Subject, token.Email, token.ByMail, at, expires.ToMicroseconds()];
        await write.Execute(Add, values, cancel);
        return expires;
    }

    /// <summary>The token as it stands, while it is good; null otherwise. Nothing is spent.</summary>
    public ValueTask<OneTimeRow?> Find(string token, CancellationToken cancel) =>
        token.Length != Length
            ? ValueTask.FromResult<OneTimeRow?>(null)
            : database.QueryOne(FindLive, [SecretHash.Of(token), clock.GetUtcNow().ToMicroseconds(), (long)MaxTries], Map, cancel);

    /// <summary>The user at this door whose token it is.</summary>
    public ValueTask<UserRow?> FindUser(OneTimeRow token, Door door, CancellationToken cancel) =>
        database.QueryOne(UserOf, [token.Tenant.Value, token.Subject, UserRow.NameOf(door)], UserRow.Map, cancel);

    /// <summary>Of all requests that bring the token, one gets true.</summary>
    public static async ValueTask<bool> Spend(WriteTransaction write, OneTimeRow token, CancellationToken cancel) =>
        await write.Execute(
            SpendOnce, [write.At.ToMicroseconds(), write.Tenant.Value, token.Hash, (long)MaxTries], cancel) == 1;

    /// <summary>Counts a wrong answer. False: the token is void, and answers are not looked at any more.</summary>
    public static async ValueTask<bool> Try(WriteTransaction write, OneTimeRow token, CancellationToken cancel) =>
        await write.Execute(
            CountTry, [write.Tenant.Value, token.Hash, write.At.ToMicroseconds(), (long)MaxTries], cancel) == 1;

    /// <summary>How many were made for the subject since an instant: mails to one person are bounded.</summary>
    public static async ValueTask<long> CountSince(
        WriteTransaction write, TokenPurpose purpose, string subject, DateTimeOffset since, CancellationToken cancel) =>
        await write.QueryOne(
            CountIssued, [write.Tenant.Value, NameOf(purpose), subject, since.ToMicroseconds()], row => row.GetInt64(0), cancel);

    private static string NameOf(TokenPurpose purpose) => purpose switch
    {
        TokenPurpose.PortalInvitation => "portal_invitation",
        TokenPurpose.VerifyEmail => "verify_email",
        TokenPurpose.Reset => "reset",
        _ => "staff_invitation",
    };

    private static TokenPurpose Parse(string name) => Enum.GetValues<TokenPurpose>().First(purpose => NameOf(purpose) == name);

    private static OneTimeRow Map(DbDataReader row) => new(
        row.GetString(0), new TenantId(row.GetString(1)), Parse(row.GetString(2)), row.GetString(3), row.GetString(4), row.GetBoolean(5));

    private static readonly Statement VoidOlder = new("""
        update access_one_time
        set used_at = @at
        where tenant_id = @tenant_id
          and purpose = @purpose
          and subject = @subject
          and used_at is null
        """);

    private static readonly Statement Add = new("""
        insert into access_one_time
          (token_hash, tenant_id, purpose, subject, email, by_mail, security_version, tries, issued_at, expires_at)
        values (
          @token_hash, @tenant_id, @purpose, @subject, @email, @by_mail,
          coalesce((select u.security_version from access_user u where u.tenant_id = @tenant_id and u.user_id = @subject), 0),
          0, @issued_at, @expires_at
        )
        """);

    // A patient's id may happen to be a user's: an invitation has no user, so its security version does not count.
    private const string Good = """
          and used_at is null
          and expires_at > @now
          and tries < @tries
          and (purpose = 'portal_invitation' or exists (
            select 1
            from access_user u
            where u.tenant_id = access_one_time.tenant_id
              and u.user_id = access_one_time.subject
              and u.security_version = access_one_time.security_version
              and not u.disabled
          ))
        """;

    private static readonly Statement FindLive = new($"""
        select token_hash, tenant_id, purpose, subject, email, by_mail
        from access_one_time
        where token_hash = @token_hash
        {Good}
        """);

    private static readonly Statement UserOf = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and u.door = @door
        """);

    private static readonly Statement SpendOnce = new($"""
        update access_one_time
        set used_at = @now
        where tenant_id = @tenant_id
          and token_hash = @token_hash
        {Good}
        """);

    private static readonly Statement CountTry = new($"""
        update access_one_time
        set tries = tries + 1
        where tenant_id = @tenant_id
          and token_hash = @token_hash
        {Good}
        """);

    private static readonly Statement CountIssued = new("""
        select count(*)
        from access_one_time
        where tenant_id = @tenant_id
          and purpose = @purpose
          and subject = @subject
          and issued_at > @since
        """);
}

/// <summary>A token to be made; <paramref name="ByMail"/>: bringing it back proves the address.</summary>
internal sealed record NewToken(TokenPurpose Purpose, string Subject, string Email, bool ByMail);

/// <summary>A token that is good.</summary>
internal sealed record OneTimeRow(string Hash, TenantId Tenant, TokenPurpose Purpose, string Subject, string Email, bool ByMail);
