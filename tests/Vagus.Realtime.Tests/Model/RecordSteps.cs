
namespace Vagus.Realtime.Tests.Model;

/// <summary>Steps of a run that change how records stand and what a tenant lets its roles see.</summary>
internal sealed class RecordSteps(Surroundings world, Random random, Action<string> say)
{
    private static readonly string[] Patients = ["p1", "p2", "p3"];

    public ModelRecord Any => world.Records.All[random.Next(world.Records.All.Length)];

    /// <summary>
    /// A label, a release, a move, a deletion or a return, and two times of three the next command waits until the feed has read it.
    /// </summary>
    public async Task Change()
    {
        var record = Any;
        if (record.Current is not { } now)
        {
            await Write(record, new Change(Patients[random.Next(3)], Labelled: false, Released: true));
            return;
        }

        var same = new Change(now.Patient, now.Labelled, now.Released);
        await Write(
            record,
            now.IsDeleted ? same with { Labelled = random.Next(2) == 0, Patient = Patients[random.Next(3)] } : random.Next(12) switch
        {
            < 4 => same with { Labelled = !now.Labelled },
            < 7 => same with { Released = !now.Released },
            < 10 => same with { Patient = Patients[random.Next(3)] },
            10 => same with { Deletes = true },
            _ => same,
        });
        if (random.Next(3) > 0) await world.Records.Known();
    }

    /// <summary>Somebody loses sight of the record, for certain, and the feed has read so.</summary>
    public async Task Narrow(ModelRecord record)
    {
        if (record.Current is not { IsDeleted: false } now) return;

        await Write(
            record,
            now.Labelled ? new Change(now.Patient, now.Labelled, !now.Released) : new Change(now.Patient, Labelled: true, now.Released));
        await world.Records.Known();
    }

    /// <summary>What everybody may see is written of a record, and told.</summary>
    public async Task Show(ModelRecord record, int times)
    {
        var patient = record.Current?.Patient ?? Patients[random.Next(3)];
        for (; times > 0; times--)
        {
            await Write(record, new Change(patient, Labelled: false, Released: true));
            await world.Records.Tell(record, drawn: null);
        }
    }

    public async Task Tell()
    {
        var (about, drawn) = (Any, random.Next(2) == 0 ? Any : null);
        if (drawn == about) drawn = null;
        say($"tell of {about.Id}, drawing from {drawn?.Id ?? "nothing else"}");
        await world.Records.Tell(about, drawn);
    }

    public async Task SetPolicy(Policy policy)
    {
        say($"visibility: {policy.Json}");
        await world.Records.Set(policy);
        world.Tally.Saw(Reached.PolicyChanged);
        await world.Records.Known();
    }

    public Policy AnyPolicy() => random.Next(4) switch
    {
        0 => Policy.Default with { IsOpen = true },
        1 => Policy.Default,
        2 => new Policy(IsOpen: false, Rights.Staff[random.Next(Rights.Staff.Length)], "resource."),
        _ => new Policy(IsOpen: false, Rights.Staff[random.Next(Rights.Staff.Length)], "lab."),
    };

    private async Task Write(ModelRecord record, Change change)
    {
        var written = await world.Records.Write(record, change);
        say($"{record.Id}/{written.Number} at {written.Position}: {change}");
        if (written.Narrows) world.Tally.Saw(Reached.Narrowed);
        if (written.IsDeleted) world.Tally.Saw(Reached.Deleted);
    }
}
