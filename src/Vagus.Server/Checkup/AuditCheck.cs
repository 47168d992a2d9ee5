using System.Runtime.CompilerServices;
using Vagus.Access.Audit.Anchors;
using Vagus.Storage;

namespace Vagus.Server.Checkup;

/// <summary>Whether the audit is anchored outside of the database, and how old the last anchor is.</summary>
internal static class AuditCheck
{
    public static async IAsyncEnumerable<Finding> Look(
        Database database, AnchorOptions options, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancel)
    {
        const string Subject = "audit anchors";
        var ages = await AnchorAges.Read(database, options, now, cancel);
        if (ages.Count == 0)
        {
            yield return Finding.Warn(
                Subject,
                "none: somebody who can change the database and the server's key can change the audit unseen",
                "Set --audit-anchors to a folder of another machine, or --audit-anchors-s3 to a bucket with object lock.");
        }

        foreach (var age in ages)
        {
            var found = age.LastAnchor is { } last
                ? $"the last one in {age.Sink} is {last.TotalMinutes:0} min old"
                : $"none in {age.Sink} yet";
            if (age.Waiting > TimeSpan.Zero) found += $", entries have been waiting for {age.Waiting.TotalMinutes:0} min";
            yield return age.Waiting > 3 * options.Interval + TimeSpan.FromMinutes(1)
                ? Finding.Fail(Subject, found, "Read the server's log for the cause: the sink takes no anchors.")
                : Finding.Ok(Subject, found);
        }
    }
}
