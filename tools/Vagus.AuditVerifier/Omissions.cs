using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vagus.AuditVerifier;

/// <summary>
/// Whether each version of a resource has an entry. Names are hashed with a key of this run into buckets whose sums are compared, in
/// constant memory; only buckets that differ are looked at name by name, a bounded number of names at a time.
/// </summary>
internal sealed class Omissions(LogDatabase database, string tenant)
{
    private const int Buckets = 1 << 16;
    private const long NamesAtOnce = 1 << 20;
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly UInt128[] sums = new UInt128[Buckets];
    private readonly int[] counts = new int[Buckets];
    private long since = long.MaxValue;

    public void See(Entry entry)
    {
        // What was written before the first entry that is kept is not asked for.
        since = Math.Min(since, entry.RecordedAt);
        if (Changed(entry.Body) is not { } name) return;
        var hash = Hash(name);
        sums[Bucket(hash)] += hash;
        counts[Bucket(hash)]++;
    }

    /// <summary>The first of the versions without an entry, by name, and how many there are.</summary>
    public (string? First, long Count) Find()
    {
        foreach (var (name, _) in Since(database.Versions(tenant)))
        {
            var hash = Hash(name);
            sums[Bucket(hash)] -= hash;
        }

        var differing = Enumerable.Range(0, Buckets).Where(bucket => sums[bucket] != 0).ToList();
        var (first, count) = ((string?)null, 0L);
        while (differing.Count > 0)
        {
            var group = TakeGroup(differing);
            HashSet<UInt128> known =
            [
                .. database.Entries(tenant, 0)
                    .Select(entry => Changed(entry.Body))
                    .OfType<string>()
                    .Select(Hash)
                    .Where(hash => group.Contains(Bucket(hash))),
            ];
            foreach (var (name, _) in Since(database.Versions(tenant)))
            {
                var hash = Hash(name);
                if (!group.Contains(Bucket(hash)) || known.Contains(hash)) continue;
                first ??= name;
                count++;
            }
        }

        return (first, count);
    }

    private HashSet<int> TakeGroup(List<int> differing)
    {
        var group = new HashSet<int>();
        for (var names = 0L; differing.Count > 0 && (group.Count == 0 || names < NamesAtOnce); differing.RemoveAt(differing.Count - 1))
        {
            group.Add(differing[^1]);
            names += counts[differing[^1]];
        }

        return group;
    }

    private IEnumerable<(string Name, long At)> Since(IEnumerable<(string Name, long At)> versions) =>
        versions.Where(version => version.At > since);

    private UInt128 Hash(string name)
    {
        var hash = SHA256.HashData([.. key, .. Encoding.UTF8.GetBytes(name)]);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static int Bucket(UInt128 hash) => (int)(hash & (Buckets - 1));

    /// <summary>What an entry of a successful create, update or delete names; null for other entries.</summary>
    private static string? Changed(byte[] body)
    {
        try
        {
            return ChangedIn(body);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            // Not what the server writes: its hash does not hold either.
            return null;
        }
    }

    private static string? ChangedIn(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        string? on = null;
        var (isChange, isSuccess) = (false, false);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("action"u8))
            {
                reader.Read();
                isChange = reader.ValueTextEquals("create"u8) || reader.ValueTextEquals("update"u8) || reader.ValueTextEquals("delete"u8);
                if (!isChange) return null;
            }
            else if (reader.ValueTextEquals("outcome"u8))
            {
                reader.Read();
                isSuccess = reader.GetInt32() == 0;
            }
            else if (reader.ValueTextEquals("on"u8))
            {
                reader.Read();
                on = reader.GetString();
            }
        }

        return isChange && isSuccess ? on : null;
    }
}
