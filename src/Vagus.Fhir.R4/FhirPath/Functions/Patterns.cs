using System.Text.RegularExpressions;
using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>Regular expressions of FHIRPath. They may come from outside, so each has little time.</summary>
internal static class Patterns
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("matches", new Function(1, 2, call => Matches(call, whole: false))),
        ("matchesFull", new Function(1, 2, call => Matches(call, whole: true))),
        ("replaceMatches", new Function(2, 3, Replace)),
    ];

    private static Collection Matches(Invocation call, bool whole)
    {
        if (call.Text() is not { } text || call.Text(0) is not { } pattern) return [];
        var regex = Build(call, whole ? $"^(?:{pattern})$" : pattern);
        return [FhirPathValue.Of(Run(call, () => regex.IsMatch(text)))];
    }

    private static Collection Replace(Invocation call) => Texts.Map(call, text =>
    {
        if (call.Text(0) is not { } pattern || call.Text(1) is not { } substitution) return null;
        if (pattern.Length == 0) return text;
        if ((long)(text.Length + 1) * Math.Max(1, substitution.Length) > Evaluator.LongestText * 10L)
            throw call.Wrong("makes too long a text");
        var regex = Build(call, pattern);
        return Run(call, () => regex.Replace(text, substitution));
    });

    private static Regex Build(Invocation call, string pattern)
    {
        if (!call.Evaluator.Context.AllowsPatterns) throw call.Wrong("is not available here");
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline, Patience);
        }
        catch (ArgumentException exception)
        {
            throw new FhirPathException($"'{call.Call.Name}' has no regular expression", exception);
        }
    }

    private static T Run<T>(Invocation call, Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new FhirPathException($"'{call.Call.Name}' takes longer than {Patience.TotalMilliseconds} ms", exception);
        }
    }
}
