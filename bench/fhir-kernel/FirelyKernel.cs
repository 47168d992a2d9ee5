using System.Text.Json;
using Firely.Fhir.Validation;
using Hl7.Fhir.FhirPath;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Hl7.FhirPath;
using Hl7.FhirPath.Expressions;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Bench.FhirKernel;

/// <summary>
/// The same stages by Firely's SDK as one would use it in a server: the System.Text.Json deserializer straight from UTF-8, without its own
/// checks where the validator follows; definitions, schemas and value sets cached; search expressions compiled once.
/// </summary>
internal sealed class FirelyKernel
{
    private readonly Validator validator;
    private readonly Dictionary<string, CompiledExpression[]> expressions = new(StringComparer.Ordinal);
    private readonly FhirPathCompiler compiler = new(new SymbolTable().AddStandardFP().AddFhirExtensions());

    public FirelyKernel()
    {
        var source = new CachedResolver(ZipSource.CreateValidationSource());
        var settings = new ValidationSettings();
        settings.SetSkipConstraintValidation(true);
        // It keeps the schemas that it makes of the definitions.
        validator = new Validator(source, LocalTerminologyService.CreateDefaultForCore(source), null, settings);
    }

    /// <summary>Syntax only.</summary>
    public static Resource Parse(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        return FhirJsonDeserializer.SYNTAXONLY.DeserializeResource(ref reader);
    }

    /// <summary>Elements, cardinality, formats and required codes, as the attributes of the model have them; no profile is read.</summary>
    public static Resource ParseStrictly(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        return FhirJsonDeserializer.STRICT.DeserializeResource(ref reader);
    }

    /// <summary>The validator against the type's definition, without invariants.</summary>
    public void Validate(byte[] utf8) => _ = validator.Validate(Parse(utf8));

    /// <summary>Every search expression of the type, its elements only: reading values out of them would come on top.</summary>
    public int Extract(byte[] utf8)
    {
        var resource = Parse(utf8);
        var node = new PocoNode(resource, Parent: null, Index: null, Name: null);
        var context = new FhirEvaluationContext { Resource = node, RootResource = node };
        var count = 0;
        foreach (var expression in Expressions(resource.TypeName)) count += expression([node], context).Count();
        return count;
    }

    private CompiledExpression[] Expressions(string type)
    {
        if (expressions.TryGetValue(type, out var known)) return known;
        CompiledExpression[] compiled =
        [
            .. R4Definitions.SearchParameters(type).Values.Where(IsStored).Select(parameter => compiler.Compile(parameter.Expression)),
        ];
        expressions.Add(type, compiled);
        return compiled;
    }

    // The parameters that our side extracts too.
    private static bool IsStored(SearchParameterDefinition parameter) => parameter.Expression.Length > 0 && parameter.Kind
        is SearchParameterKind.Token or SearchParameterKind.Reference or SearchParameterKind.String or SearchParameterKind.Date;
}
