using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>The records of who looked at what: for the administrator of the tenant, and empty or closed to everybody else.</summary>
internal sealed class AuditWays(Asker asker, LeakScene scene, Tally tally)
{
    // The stranger asks in a tenant of its own, whose log holds what it did itself.
    private readonly bool isBoss = asker.Person == scene.Boss;
    private readonly bool isStranger = asker.Person != scene.Boss && asker.Person.Role == Role.Admin;

    public async Task Ask()
    {
        foreach (var made in scene.Pairs.Records.Where(made => made.Id != LeakScene.Other).DistinctBy(made => made.Type))
        {
            await Check(Way.AuditEvents, $"/fhir/AuditEvent?entity={made.Reference}&_count=1", $"\"reference\":\"{made.Reference}");
            await Check(Way.AuditEntries, $"/api/audit?resource={made.Reference}&limit=1", made.Reference);
        }

        await Check(Way.AuditEvents, $"/fhir/AuditEvent?patient={LeakScene.Patient}", $"\"reference\":\"Patient/{LeakScene.Patient}");
        await Check(Way.AuditEntries, $"/api/audit?patientId={LeakScene.Patient}", LeakScene.Patient);
        await Check(Way.AuditEvents, "/fhir/AuditEvent?subtype=create", RecordMaker.IdPrefix);
        await Check(Way.Disclosures, $"/fhir/Patient/{LeakScene.Patient}/$accounting-of-disclosures", $"Patient/{LeakScene.Patient}\"");
    }

    /// <param name="way">Which door.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="found">What the administrator finds.</param>
    private async Task Check(Way way, string path, string found)
    {
        var reply = await asker.Send(HttpMethod.Get, path);
        var asked = $"{asker}, {path}: {reply.Status} {reply.Text}";
        Assert.True(reply.Status == (isBoss || isStranger ? 200 : 403), asked);
        if (isBoss) Assert.True(reply.Text.Contains(found, StringComparison.Ordinal), asked);
        if (!isBoss)
        {
            Assert.False(reply.Text.Contains(scene.Boss.User.Value, StringComparison.Ordinal), asked);
            Assert.False(reply.Text.Contains("\"create\"", StringComparison.Ordinal), asked);
        }

        tally.Count(way, found: isBoss);
    }
}
