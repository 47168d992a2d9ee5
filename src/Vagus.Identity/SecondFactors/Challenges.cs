using System.Data.Common;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

internal enum ChallengePurpose
{
    /// <summary>The password was right; a second factor is owed.</summary>
    SignIn,

    /// <summary>The password was right; the tenant demands a factor and there is none yet.</summary>
    EnrolAtSignIn,

    RegisterPasskey,

    StepUp,
}

/// <summary>Something begun that one more request completes. <c>State</c> is what the server must remember until then.</summary>
internal sealed record Challenge(
    string Hash, TenantId Tenant, UserId User, ChallengePurpose Purpose, SessionId? Session, string? State);

/// <summary>
/// Challenges: 256 random bits of which the SHA-256 is stored, good for five minutes and one success. A user has five of a kind at most;
/// a further one voids the oldest.
/// </summary>
internal sealed class Challenges(Database database, IdSource ids)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private const long Kept = 4;
    private const int SecretLength = 43;
    private static readonly string[] Purposes = ["sign_in", "enrol", "register", "step_up"];

    /// <summary>Answers the secret that the client shows again.</summary>
    public async ValueTask<string> Add(
        WriteTransaction write, UserId user, ChallengePurpose purpose, SessionId? session, string? state, CancellationToken cancel)
    {
        var secret = ids.NewSecret();
        await write.Execute(DeleteOlder, [write.Tenant.Value, user.Value, NameOf(purpose), Kept], cancel);
        write.Insert(
            Rows,
            write.Tenant.Value,
            SecretHash.Of(secret),
            user.Value,
            NameOf(purpose),
            session?.Value,
            state,
            write.At.ToMicroseconds(),
            (write.At + Lifetime).ToMicroseconds());
        return secret;
    }

    /// <summary>Null when there is none that can still be completed.</summary>
    public async ValueTask<Challenge?> Find(string? secret, ChallengePurpose purpose, DateTimeOffset at, CancellationToken cancel)
    {
        if (secret is not { Length: SecretLength }) return null;
        var values = new object?[] { SecretHash.Of(secret), NameOf(purpose), at.ToMicroseconds() };
        return await database.QueryOne(FindOpen, values, row => Map(row, purpose), cancel);
    }

    /// <summary>True once: for the request that completes it.</summary>
    public static async ValueTask<bool> Spend(WriteTransaction write, Challenge challenge, CancellationToken cancel) =>
        challenge.Tenant == write.Tenant
        && await write.Execute(SpendOne, [write.At.ToMicroseconds(), write.Tenant.Value, challenge.Hash], cancel) == 1;

    /// <summary>A change of the password voids what the old one has earned: nothing of the user's can be completed any more.</summary>
    public static async ValueTask VoidOf(WriteTransaction write, UserId user, CancellationToken cancel) =>
        await write.Queue(DeleteOfUser, [write.Tenant.Value, user.Value], cancel);

    private static string NameOf(ChallengePurpose purpose) => Purposes[(int)purpose];

    private static Challenge Map(DbDataReader row, ChallengePurpose purpose) => new(
        row.GetString(0),
        new TenantId(row.GetString(1)),
        new UserId(row.GetString(2)),
        purpose,
        row.IsDBNull(3) ? null : new SessionId(row.GetString(3)),
        row.IsDBNull(4) ? null : row.GetString(4));

    private static readonly InsertInto Rows = new(
        "access_challenge",
        ("tenant_id", ColumnType.Text),
        ("challenge_hash", ColumnType.Text),
        ("user_id", ColumnType.Text),
        ("purpose", ColumnType.Text),
        ("session_id", ColumnType.Text),
        ("state", ColumnType.Text),
        ("created_at", ColumnType.BigInt),
        ("expires_at", ColumnType.BigInt));

    private static readonly Statement DeleteOlder = new("""
        delete from access_challenge
        where tenant_id = @tenant_id
          and user_id = @user_id
          and purpose = @purpose
          and challenge_hash not in (
            select challenge_hash
            from access_challenge
            where tenant_id = @tenant_id
              and user_id = @user_id
              and purpose = @purpose
            order by created_at desc, challenge_hash
            limit @kept
          )
        """);

    private static readonly Statement DeleteOfUser = new("""
        delete from access_challenge
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement FindOpen = new("""
        select challenge_hash, tenant_id, user_id, session_id, state
        from access_challenge
        where challenge_hash = @challenge_hash
          and purpose = @purpose
          and used_at is null
          and expires_at > @at
        """);

    private static readonly Statement SpendOne = new("""
        update access_challenge
        set used_at = @at
        where tenant_id = @tenant_id
          and challenge_hash = @challenge_hash
          and used_at is null
          and expires_at > @at
        """);
}
