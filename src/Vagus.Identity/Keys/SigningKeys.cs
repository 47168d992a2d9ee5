using System.Collections.Frozen;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Keys;

/// <summary>
/// The installation's signing keys: kept in the database under the root key, mirrored in each process. <see cref="Refresh"/> is run at the
/// start and every few seconds by every process; it reads what the others did and takes the next step of the rotation. Steps are
/// conditional, so two processes that take the same one leave one result.
/// </summary>
internal sealed partial class SigningKeys(
    Database database, GroupCommit commit, RootKey root, IdentityOptions options, TimeProvider clock, ILogger<SigningKeys> logger)
{
    internal const string Purpose = "signing-key";
    private const int StepsPerRefresh = 8;
    private static readonly Action Nothing = () => { };

    // The keys belong to the installation, not to a tenant: its log has what becomes of them.
    private static readonly TenantId Installation = AuditTrail.System;

    private volatile Ring ring = Ring.Empty;

    public SigningKey Active =>
        ring.Active ?? throw new InvalidOperationException("The signing keys were not loaded: run the migrations and Refresh first.");

    /// <summary>Every key that a verifier must know.</summary>
    public IEnumerable<SigningKey> Published => ring.ByKid.Values.OrderBy(key => key.Kid, StringComparer.Ordinal);

    /// <summary>Raised when a key is no longer known: what it signed must not be believed from memory either.</summary>
    public event Action? KeyGone;

    public VerificationKey? Find(string kid) => ring.ByKid.GetValueOrDefault(kid)?.Verification;

    public async Task Refresh(CancellationToken cancel)
    {
        for (var taken = 0; taken < StepsPerRefresh; taken++)
        {
            var rows = await database.Query(ReadKeys, [], Map, cancel);
            // Another process has rotated the root key: what is sealed from now on is sealed under the version that it has made.
            var version = rows.Select(row => RootKey.VersionOf(row.Wrapped)).DefaultIfEmpty().Max();
            if (!root.GoOnWith(version)) Log.VersionMissing(logger, version);
            var step = KeyRotation.NextStep([.. rows.Select(row => row.Age)], options.AccessTokenLifetime, clock.GetUtcNow());
            if (step is null)
            {
                Show(Open(rows));
                return;
            }

            var outcome = await commit.Write<Action>(Installation, (write, token) => Take(write, step, token), cancel);
            if (outcome.Refusal is { } refusal) throw new InvalidOperationException($"A signing key could not be written: {refusal.Code}.");
            outcome.Value();
        }

        throw new InvalidOperationException("The signing keys did not settle.");
    }

    /// <summary>Throws every key away and makes a new one: somebody may hold a copy. All access tokens end; refresh tokens go on.</summary>
    public async ValueTask<Result<string>> Replace(CancellationToken cancel)
    {
        // A root key that does not open the present keys is the wrong one: what it wrapped no other process could open.
        await Refresh(cancel);
        var outcome = await commit.Write<int>(Installation, async (write, token) => await write.Execute(DeleteAll, [], token), cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        await Refresh(cancel);
        Log.Replaced(logger, outcome.Value, Active.Kid);
        return Active.Kid;
    }

    private void Show(Ring fresh)
    {
        var gone = ring.ByKid.Keys.Any(kid => !fresh.ByKid.ContainsKey(kid));
        ring = fresh;
        if (gone) KeyGone?.Invoke();
    }

    /// <summary>Answers what tells of the step once it is committed: a write may run twice.</summary>
    private async ValueTask<Result<Action>> Take(WriteTransaction write, KeyStep step, CancellationToken cancel)
    {
        var at = write.At.ToMicroseconds();
        switch (step)
        {
            case KeyStep.Create create:
                var key = SigningKey.Create();
                var wrapped = root.Wrap(Purpose, key.Kid, key.ToPkcs8());
                if (await write.Execute(InsertKey, [key.Kid, NameOf(create.State), at, wrapped], cancel) == 0) return Nothing;
                // The first key of an installation takes the place of none.
                if (create.State == KeyState.Next) Record(write, key.Kid, NameOf(create.State));
                return new Action(() => Log.Created(logger, key.Kid, create.State));
            case KeyStep.Promote promote:
                // Retired first: one active key at most, at every moment and in every process.
                if (await write.Execute(Move, ["retired", at, promote.Retire, "active"], cancel) == 0) return Nothing;
                await write.Execute(Move, ["active", at, promote.Activate, "next"], cancel);
                Record(write, promote.Activate, NameOf(KeyState.Active));
                return new Action(() => Log.Promoted(logger, promote.Activate, promote.Retire));
            case KeyStep.Forget forget:
                if (await write.Execute(DeleteKey, [forget.Kid], cancel) == 0) return Nothing;
                Record(write, forget.Kid, "forgotten");
                return new Action(() => Log.Forgotten(logger, forget.Kid));
            default:
                throw new InvalidOperationException($"Unknown step {step.GetType().Name}.");
        }
    }

    private static void Record(WriteTransaction write, string kid, string state) =>
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.RotateKey) with
        {
            On = $"SigningKey/{kid}", Detail = $"state={state}",
        });

    private Ring Open(List<KeyRow> rows)
    {
        var known = ring.ByKid;
        var keys = rows.ToDictionary(
            row => row.Age.Kid, row => known.GetValueOrDefault(row.Age.Kid) ?? Unwrap(row), StringComparer.Ordinal);
        var active = rows.Single(row => row.Age.State == KeyState.Active).Age.Kid;
        return new Ring(keys[active], keys.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private SigningKey Unwrap(KeyRow row)
    {
        try
        {
            return SigningKey.FromPkcs8(root.Unwrap(Purpose, row.Age.Kid, row.Wrapped));
        }
        catch (CryptographicException cause)
        {
            throw new InvalidOperationException(
                "The root key does not open this database's signing keys. Start with the root key that made them.", cause);
        }
    }

    private static KeyRow Map(DbDataReader row) => new(
        new KeyAge(row.GetString(0), StateOf(row.GetString(1)), Instant.FromMicroseconds(row.GetInt64(2))),
        (byte[])row.GetValue(3));

    private static string NameOf(KeyState state) => state switch
    {
        KeyState.Next => "next",
        KeyState.Active => "active",
        _ => "retired",
    };

    private static KeyState StateOf(string name) => name switch
    {
        "next" => KeyState.Next,
        "active" => KeyState.Active,
        _ => KeyState.Retired,
    };

    private sealed record KeyRow(KeyAge Age, byte[] Wrapped);

    private sealed record Ring(SigningKey? Active, FrozenDictionary<string, SigningKey> ByKid)
    {
        public static Ring Empty { get; } = new(null, FrozenDictionary<string, SigningKey>.Empty);
    }

    private static readonly Statement ReadKeys = new("""
        select kid, state, since, private_key
        from access_signing_key
        order by since, kid
        """);

    // Conflict: another process made the first or the next key at the same moment. Its key is read in the next turn.
    private static readonly Statement InsertKey = new("""
        insert into access_signing_key (kid, state, since, private_key)
        values (@kid, @state, @since, @private_key)
        on conflict do nothing
        """);

    private static readonly Statement Move = new("""
        update access_signing_key
        set state = @to_state, since = @since
        where kid = @kid
          and state = @from_state
        """);

    private static readonly Statement DeleteKey = new("""
        delete from access_signing_key
        where kid = @kid
          and state = 'retired'
        """);

    private static readonly Statement DeleteAll = new("delete from access_signing_key");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Signing key {Kid} was created as {State}")]
        public static partial void Created(ILogger logger, string kid, KeyState state);

        [LoggerMessage(2, LogLevel.Information, "Signing key {Kid} is active, {Retired} retired")]
        public static partial void Promoted(ILogger logger, string kid, string retired);

        [LoggerMessage(3, LogLevel.Information, "Signing key {Kid} was forgotten")]
        public static partial void Forgotten(ILogger logger, string kid);

        [LoggerMessage(5, LogLevel.Error,
            "Version {Version} of the root key seals secrets, and its file is not here or cannot be read: what others seal does not open")]
        public static partial void VersionMissing(ILogger logger, int version);

        [LoggerMessage(4, LogLevel.Warning, "All {Count} signing keys were replaced by {Kid}")]
        public static partial void Replaced(ILogger logger, int count, string kid);
    }
}
