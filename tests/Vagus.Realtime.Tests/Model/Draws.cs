using Vagus.Events;

namespace Vagus.Realtime.Tests.Model;

/// <summary>What a run writes, asks for and plays with, drawn from its seed.</summary>
internal sealed class Draws(Random random)
{
    /// <summary>Bytes of an event that is written to fill what lies between server and client.</summary>
    public const int Large = 6_000;

    private static readonly string[] Patients = ["p1", "p2", "p3"];
    private static readonly string[] Types = ["lab.order.created", "encounter.completed", "claim.submitted", "lab.result.available"];
    private static readonly string[] ResourceTypes = ["Observation", "Condition"];

    /// <summary>A large event that the person sees, if its role sees any.</summary>
    public static Draft LargeOrder(Rights rights)
    {
        var patient = rights.Own is [var own, ..] ? own : "p1";
        return new Draft(
            new LabOrderCreated(patient, "ServiceRequest/o1/_history/1", "o1", new string('x', Large)), patient, Sensitive: false);
    }

    public Rights Rights()
    {
        var seesLabelled = random.Next(3) == 0;
        if (random.Next(4) == 0) return new Rights(Role.Patient, seesLabelled, [Patients[random.Next(3)]]);
        return new Rights(
            random.Next(2) == 0 ? Role.Provider : Model.Rights.Staff[random.Next(Model.Rights.Staff.Length)], seesLabelled, []);
    }

    public Wish Wish(bool isRaw) => new(
        random.Next(2) == 0 ? null : [.. Types.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Types[0])],
        random.Next(2) == 0 ? null : [.. Patients.Where(_ => random.Next(2) == 0).DefaultIfEmpty("p1")],
        !isRaw || random.Next(2) == 0 ? null : random.Next(2) == 0 ? ["*"] : [ResourceTypes[random.Next(2)]]);

    public Draft[] Drafts(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => Draft(size))];

    private Draft Draft(int size)
    {
        var patient = random.Next(5) == 0 ? null : Patients[random.Next(Patients.Length)];
        EventData data = (size < Large ? random.Next(6) : 5) switch
        {
            0 => new EncounterCompleted(patient ?? "p0", "Encounter/e1/_history/1", "e1", "finished"),
            1 => new ClaimSubmitted("Claim/c1/_history/1", "c1", patient),
            2 => new ResourceCreated("Observation", "o1", "1", "Observation/o1/_history/1", patient),
            3 => new ResourceCreated("Condition", "c1", "1", "Condition/c1/_history/1", patient),
            _ => new LabOrderCreated(patient ?? "p0", "ServiceRequest/o1/_history/1", "o1", new string('x', size)),
        };
        return new Draft(data, patient, Sensitive: random.Next(8) == 0);
    }
}
