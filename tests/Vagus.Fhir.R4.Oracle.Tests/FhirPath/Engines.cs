using System.Globalization;
using System.Text.Json;
using Hl7.Fhir.ElementModel;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.FhirPath;
using Hl7.FhirPath.Expressions;
using Vagus.Fhir.R4.FhirPath;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>The two engines behind the same question.</summary>
internal static class Engines
{
    private static readonly FhirPathCompiler Compiler = new(new SymbolTable().AddStandardFP().AddFhirExtensions());

    /// <summary>Anything but a <see cref="FhirPathException"/> is a fault and rises.</summary>
    public static Answer Ours(string expression, Record record, bool castsCollections = false)
    {
        try
        {
            var context = new FhirPathContext { Resolve = record.Resolve, CastsCollections = castsCollections };
            return new Answer([.. FhirPathExpression.Compile(expression).Evaluate(record.Json, context).Select(Ours)], Refusal: null);
        }
        catch (FhirPathException exception)
        {
            return new Answer([], exception.Message);
        }
    }

    public static Answer Firely(string expression, Record record) => Firely(Compile(expression), record);

    /// <summary>For expressions that are asked often.</summary>
    public static Lazy<CompiledExpression> Compile(string expression) => new(() => Compiler.Compile(expression));

    public static Answer Firely(Lazy<CompiledExpression> expression, Record record)
    {
        try
        {
            return new Answer([.. Evaluate(expression, record).Select(Firely)], Refusal: null);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException
            or InvalidCastException or OverflowException or NotSupportedException or NullReferenceException or KeyNotFoundException)
        {
            return new Answer([], $"{exception.GetType().Name} {exception.Message}");
        }
    }

    /// <summary>The elements that Firely's engine finds.</summary>
    public static IReadOnlyList<Base> Nodes(Lazy<CompiledExpression> expression, Record record) =>
        [.. Evaluate(expression, record).Select(node => node.Poco)];

    private static IEnumerable<PocoNode> Evaluate(Lazy<CompiledExpression> expression, Record record)
    {
        var context = new FhirEvaluationContext
        {
            Resource = record.Node,
            RootResource = record.Node,
            ElementResolver = reference => record.ResolveNode(reference)!,
        };
        return expression.Value([record.Node], context);
    }

    private static Item Ours(FhirPathValue value) => new(
        value.TypeName, value.Text, value.Element is { ValueKind: JsonValueKind.Object } json ? json.GetRawText : null);

    private static Item Firely(PocoNode node)
    {
        var value = node.GetValue();
        var text = value switch
        {
            null => null,
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        return new Item(Type(node), text, value is null && node.Poco is not PrimitiveType ? () => node.Poco.ToJson() : null);
    }

    // Some functions, all() and indexOf() among them, give what they computed the name of the FHIR type; such values stand in no element.
    private static string Type(PocoNode node)
    {
        var type = ((ITypedElement)node).InstanceType ?? "";
        return node is { Parent: null, Poco: PrimitiveType } && char.IsAsciiLetterLower(type[0])
            ? $"System.{char.ToUpperInvariant(type[0])}{type[1..]}"
            : type;
    }
}
