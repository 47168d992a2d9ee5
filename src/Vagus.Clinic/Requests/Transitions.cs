using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>Which states may follow which. Pure.</summary>
internal sealed class Transitions(params (string From, string[] To)[] moves)
{
    private readonly Dictionary<string, string[]> moves = moves.ToDictionary(each => each.From, each => each.To, StringComparer.Ordinal);

    /// <summary>The states that may follow; none where the state is the last one, or is not known.</summary>
    public IReadOnlyList<string> From(string state) => moves.GetValueOrDefault(state, []);

    /// <summary>Null where the one may follow the other.</summary>
    public Refusal? Refuse(string from, string to)
    {
        var allowed = From(from);
        if (allowed.Contains(to, StringComparer.Ordinal)) return null;
        return new ClinicRefusal(RefusalKind.Conflict, "invalid_transition", $"'{to}' cannot follow '{from}'.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal) { ["from"] = from, ["allowed"] = allowed },
        };
    }
}
