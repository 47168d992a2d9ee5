using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Vagus.AuditVerifier;

// Exit codes: 0 ok, 10 tampered, 11 anchors missing, 12 key unknown, 1 it could not be verified, 2 wrong arguments.
try
{
    return args switch
    {
        ["verify", .. var options] => VerifyLogs(new Arguments(options)),
        ["verify-proof", var file, .. var options] => (int)ProofFile.Verify(File.ReadAllText(file), KeysOf(new Arguments(options)), Console.Out),
        _ => Usage(),
    };
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return Usage();
}
catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or DbException or CryptographicException)
{
    // A driver's message may hold the connection string.
    Console.Error.WriteLine(unreadable is IOException ? unreadable.Message : $"The data cannot be read: {unreadable.GetType().Name}.");
    return 1;
}

static int VerifyLogs(Arguments arguments)
{
    var postgres = arguments.One("--postgres") ?? Environment.GetEnvironmentVariable("VAGUS_POSTGRES");
    var file = arguments.One("--sqlite");
    if (file is null && string.IsNullOrEmpty(postgres)) throw new FormatException("Name the database: --sqlite FILE, or VAGUS_POSTGRES.");
    var watch = Stopwatch.StartNew();
    var keys = KeysOf(arguments);
    var anchors = new Anchors(arguments.All("--anchors"));
    using var database = new LogDatabase(file, file is null ? postgres : null);
    if (keys.Count == 0)
    {
        Console.Error.WriteLine("Keys are taken from the database itself, which can be changed with it: give --key or anchors.");
        foreach (var key in database.PublicKeys) keys.Add(key);
    }

    foreach (var bridge in database.Bridges)
    {
        if (Note.Parse(bridge) is { } note) keys.Learn(note);
    }

    var (worst, entries, logs) = (Verdict.Ok, 0L, 0);
    List<string> tenants = [.. database.Tenants.Union(anchors.Tenants)];
    if (arguments.One("--tenant") is { } one) tenants = tenants.Contains(one) ? [one] : throw new FormatException($"There is no log of {one}.");
    foreach (var tenant in tenants.Order(StringComparer.Ordinal))
    {
        var findings = VerifyLog(database, tenant, keys, anchors, arguments);
        findings.Write(Console.Out, arguments.Has("--json"));
        worst = Worse(worst, findings.Verdict);
        (entries, logs) = (entries + findings.Entries, logs + 1);
    }

    var seconds = watch.Elapsed.TotalSeconds;
    Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{entries} entries of {logs} logs in {seconds:0.0} s, {entries / Math.Max(seconds, 0.001):0} a second"));
    return (int)worst;
}

static Findings VerifyLog(LogDatabase database, string tenant, TrustedKeys keys, Anchors anchors, Arguments arguments)
{
    var findings = new Findings(tenant);
    var head = database.HeadOf(tenant) ?? new Head(0, [], 0);
    var omissions = new Omissions(database, tenant);
    using var notes = new NotesInOrder(tenant, keys, anchors.Of(tenant, head.Size), database.Checkpoints(tenant));
    new LogCheck(database, tenant, notes, head, findings, omissions.See).Run(TimeProvider.System.GetUtcNow());
    if (!arguments.Has("--without-omissions") && omissions.Find() is (First: { } first, var count))
        findings.Tampered(head.Size, head.Size, string.Create(CultureInfo.InvariantCulture, $"{count} versions have no entry, such as {first}"));
    if (arguments.Has("--without-anchors")) findings.AnchorsMissing = null;
    return findings;
}

// Tampering is worse than an unknown key, which is worse than missing anchors.
static Verdict Worse(Verdict one, Verdict other)
{
    Verdict[] order = [Verdict.Ok, Verdict.AnchorsMissing, Verdict.KeyUnknown, Verdict.Tampered];
    return Array.IndexOf(order, one) > Array.IndexOf(order, other) ? one : other;
}

static TrustedKeys KeysOf(Arguments arguments)
{
    var keys = new TrustedKeys();
    var files = arguments.All("--key");
    var lines = files.Count > 0 ? files.SelectMany(File.ReadAllLines) : new Anchors(arguments.All("--anchors")).KeyLines;
    foreach (var line in lines.Where(line => line.Trim().Length > 0))
    {
        if (!keys.AddLine(line)) throw new FormatException("A key is a line vagus/audit+id+key, as vagus audit keys prints it.");
    }

    return keys;
}

static int Usage()
{
    Console.Error.WriteLine("""
        vagus-audit-verifier verify (--sqlite FILE | --postgres CONNECTION | VAGUS_POSTGRES) [--anchors FOLDER]... [--key FILE]...
                                    [--tenant ID] [--json] [--without-anchors] [--without-omissions]
        vagus-audit-verifier verify-proof FILE (--key FILE | --anchors FOLDER)...
        """);
    return 2;
}
