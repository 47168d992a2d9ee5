using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>Where the values of one extraction go, and what decides how they are read.</summary>
internal sealed record Reader(JsonElement Resource, OwnBases Own, IndexedValues Values)
{
    /// <summary>
    /// Adds what one element means to one parameter; an element whose type the parameter's kind does not index adds nothing.
    /// </summary>
    public void Read(JsonElement element, TypeDefinition type, SearchParameterDefinition parameter)
    {
        switch (parameter.Kind)
        {
            case SearchParameterKind.Token:
                Tokens.Read(element, type, parameter.Id, Values);
                break;
            case SearchParameterKind.Reference:
                References.Read(element, type, parameter.Id, this);
                break;
            case SearchParameterKind.String:
                Strings.Read(element, type, parameter.Id, Values);
                break;
            case SearchParameterKind.Date:
                Dates.Read(element, type, parameter.Id, Values);
                break;
            case SearchParameterKind.Number or SearchParameterKind.Quantity:
                Quantities.Read(element, type, parameter, Values);
                break;
            case SearchParameterKind.Special:
                Positions.Read(element, parameter.Id, Values);
                break;
            case SearchParameterKind.Uri:
                if (element.ValueKind is JsonValueKind.String) Values.Add(new UriValue(parameter.Id, element.GetString() ?? ""));
                break;
        }
    }
}
