
namespace Vagus.Realtime.Tests.Model;

/// <summary>A record that an event draws from, and how it was marked when the event was written.</summary>
internal sealed record Drawn(ModelRecord Record, bool Labelled, bool NotForPatients)
{
    public bool IsMarked => Labelled || NotForPatients;
}

/// <summary>One event as the model knows it: all that decides who is told of it.</summary>
internal sealed record Fact(long Position, string Type, string? SocketName, string? Patient, bool Labelled, string? ResourceType)
{
    /// <summary>The write of it had not been sent before.</summary>
    public required TimeSpan Begun { get; init; }

    /// <summary>Whether its patients may see what it is about, as the row says.</summary>
    public bool Released { get; init; } = true;

    /// <summary>The version of a record of the model that it is about.</summary>
    public RecordVersion? About { get; init; }

    public IReadOnlyList<Drawn> Draws { get; init; } = [];

    /// <summary>It has a second form without the records that are marked.</summary>
    public bool HasOpen { get; init; }

    /// <summary>Who could see the record before, where somebody lost sight of it.</summary>
    public Reach? Former { get; init; }

    /// <summary>The content that an <c>update</c> carries: id and version; null where there is none.</summary>
    public string? Content { get; init; }

    private IReadOnlyList<string> Patients { get; } = Patient is null ? [] : [Patient];

    /// <summary>The patients by whom a subscription finds a form of it.</summary>
    public IReadOnlyList<string> PatientsOf(Form form)
    {
        if (form != Form.Gone || Former is not { } before) return Patients;
        var left = before.Patients.Except(Patients).ToList();
        return left.Count > 0 ? left : before.Patients;
    }

    /// <summary>The form in which it is seen while the records stand as they did at a position of the log.</summary>
    public Form FormFor(Rights rights, Policy policy, long asOf)
    {
        var whole = new Reach(Patients, Labelled, Released && !Draws.Any(draw => draw.NotForPatients));
        if (rights.Sees(Type, ResourceType, Now(whole, Draws, asOf), policy)) return Form.Whole;
        var open = new Reach(Patients, About?.Labelled == true, Released);
        if (HasOpen && rights.Sees(Type, ResourceType, Now(open, Draws.Where(draw => !draw.IsMarked), asOf), policy)) return Form.Open;
        return Former is { } before && rights.Sees(Type, ResourceType, before, policy) ? Form.Gone : Form.None;
    }

    /// <summary>The positions behind the given one at which something changed that it depends on.</summary>
    public IEnumerable<RecordVersion> ChangesAfter(long position)
    {
        foreach (var version in About?.Record.After(position) ?? []) yield return version;
        foreach (var draw in Draws) foreach (var version in draw.Record.After(position)) yield return version;
    }

    private Reach Now(Reach reach, IEnumerable<Drawn> draws, long asOf)
    {
        if (About is { } about) reach = Narrowed(reach, about.Record, about, asOf);
        foreach (var draw in draws) reach = Narrowed(reach, draw.Record, version: null, asOf);
        return reach;
    }

    /// <summary>What a read of the record, or a vread of the version, would be decided by. It hides and never shows.</summary>
    private static Reach Narrowed(Reach reach, ModelRecord record, RecordVersion? version, long asOf)
    {
        if (record.At(asOf) is not { } now) return reach;
        var isHeld = version is null || now.Since <= version.Number;
        return new Reach(
            isHeld ? [.. reach.Patients.Where(patient => patient == now.Patient)] : [],
            reach.Labelled || now.Labelled || version?.Labelled == true,
            reach.Released && now.Released && version?.Released != false);
    }
}
