using System.CommandLine;
using System.CommandLine.Parsing;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// The permission for labelled records on the command line: <c>--labels SubstanceUse,Hiv</c>, or <c>--sees-sensitive</c> for all.
/// </summary>
internal sealed class LabelOptions
{
    private readonly Option<bool> all = new("--sees-sensitive") { Description = "May see all labelled records." };
    private readonly Option<Sensitivity> labels = Labels(required: false);

    public static Option<Sensitivity> Labels(bool required) => new("--labels")
    {
        Description = $"May see records with labels of these categories, split by commas: {string.Join(", ", Sensitivities.Names)}.",
        Required = required,
        CustomParser = Parse,
    };

    public void AddTo(Command command)
    {
        command.Add(all);
        command.Add(labels);
    }

    public Sensitivity In(ParseResult parsed) => parsed.GetValue(all) ? Sensitivity.All : parsed.GetValue(labels);

    private static Sensitivity Parse(ArgumentResult given)
    {
        const StringSplitOptions Plain = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        var names = given.Tokens.SelectMany(token => token.Value.Split(',', Plain));
        if (Sensitivities.Parse(names) is { } set) return set;
        given.AddError($"A category of labels is one of {string.Join(", ", Sensitivities.Names)}.");
        return Sensitivity.None;
    }
}
