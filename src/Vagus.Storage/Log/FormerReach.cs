using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// Who could see a resource before a write took it out of somebody's sight. Without <see cref="WasVisible"/> there was nothing left to see.
/// </summary>
public sealed record FormerReach
{
    /// <summary>For a resource that comes back after its deletion: what it was before is out of sight, but no screen shows it.</summary>
    public static readonly FormerReach Nothing = new();

    public bool WasVisible { get; init; }

    /// <summary>The labels that it carried.</summary>
    public Sensitivity Labels { get; init; }

    public bool Released { get; init; }

    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    public EventAudience? Audience { get; init; }

    /// <summary>Lines as the log keeps them: flags (<c>s</c> with the number of the labels), patients, audience.</summary>
    public override string ToString() =>
        $"{(WasVisible ? "v" : "")}{LabelText.Write('s', Labels)}{(Released ? "r" : "")}\n{PatientList.Write(Patients)}\n{Audience}";

    internal static FormerReach Parse(string lines)
    {
        if (lines.Split('\n') is not [var flags, var patients, var audience]) return Nothing;
        return new FormerReach
        {
            WasVisible = flags.Contains('v', StringComparison.Ordinal),
            Labels = LabelText.Read('s', flags),
            Released = flags.Contains('r', StringComparison.Ordinal),
            Patients = PatientList.Parse(patients),
            Audience = audience.Length == 0 ? null : EventAudience.Parse(audience),
        };
    }
}
