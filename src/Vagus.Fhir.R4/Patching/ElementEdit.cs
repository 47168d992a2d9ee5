using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Patching;

/// <summary>
/// The five changes of an element in FHIR's JSON: a primitive has two properties (<c>birthDate</c>, <c>_birthDate</c>), a list of them two
/// parallel ones, and the name of a choice tells its type. Each answers what is wrong, or null.
/// </summary>
internal static class ElementEdit
{
    public static string? Add(JsonObject root, ElementPlace place, PathOperation operation)
    {
        if (place.Type?.Element(operation.Name ?? "") is not { } element) return "adds an element that the type does not have";
        var value = PatchValue.Of(operation.Value, element);
        if (value is null) return "has a value that the element does not take";
        if (ObjectAt(root, place) is not { } target) return "adds to something that has no elements";
        if (!element.IsArray)
        {
            if (element.Fields.Any(field => target.ContainsKey(field.Name) || target.ContainsKey($"_{field.Name}")))
                return "adds an element that is there already";
            value.PutInto(target);
            return null;
        }

        Append(target, value);
        return null;
    }

    /// <summary>Puts it at the end of its list, and what stands beside it at the same place of the other one.</summary>
    public static void Append(JsonObject container, PatchValue value) =>
        InsertAt(container, value, Math.Max(Count(container, value.Name), Count(container, $"_{value.Name}")));

    public static string? Replace(JsonObject root, ElementPlace place, PathOperation operation)
    {
        if (place.Last is not { } last || place.ContainerIn(root) is not { } container) return "replaces the whole resource";
        if (place.Parent?.Field(last.Name)?.Element is not { } element) return "replaces an element that the type does not have";
        if (PatchValue.Of(operation.Value, element) is not { } value) return "has a value that the element does not take";
        if (last.Index is { } index)
        {
            Remove(container, last.Name, index, keepEmpty: true);
            InsertAt(container, value, index);
            return null;
        }

        container.Remove($"_{last.Name}");
        // In its place, so that the order of the properties stays.
        var at = container.IndexOf(last.Name);
        container.Remove(last.Name);
        value.PutInto(container, at);
        return null;
    }

    public static string? Delete(JsonObject root, ElementPlace place)
    {
        if (place.Last is not { } last || place.ContainerIn(root) is not { } container) return "deletes the whole resource";
        if (last.Index is { } index)
        {
            Remove(container, last.Name, index, keepEmpty: false);
            return null;
        }

        container.Remove(last.Name);
        container.Remove($"_{last.Name}");
        return null;
    }

    /// <param name="root">The resource.</param>
    /// <param name="first">The first item of the list.</param>
    /// <param name="operation">What is inserted where.</param>
    public static string? Insert(JsonObject root, ElementPlace first, PathOperation operation)
    {
        if (first.Last is not { Index: not null } last || first.ContainerIn(root) is not { } container) return "inserts into what is no list";
        if (first.Parent?.Field(last.Name)?.Element is not { } element || PatchValue.Of(operation.Value, element) is not { } value)
            return "has a value that the element does not take";
        var count = Math.Max(Count(container, last.Name), Count(container, $"_{last.Name}"));
        if (operation.Index > count) return "inserts beyond the end of a list";
        InsertAt(container, value, operation.Index ?? 0);
        return null;
    }

    public static string? Move(JsonObject root, ElementPlace first, PathOperation operation)
    {
        if (first.Last is not { Index: not null } last || first.ContainerIn(root) is not { } container) return "moves within what is no list";
        var count = Math.Max(Count(container, last.Name), Count(container, $"_{last.Name}"));
        if (operation.Source >= count || operation.Destination >= count) return "moves beyond the end of a list";
        foreach (var name in new[] { last.Name, $"_{last.Name}" })
        {
            if (container[name] is not JsonArray array) continue;
            while (array.Count < count) array.Add(null);
            var moved = array[operation.Source ?? 0];
            array.RemoveAt(operation.Source ?? 0);
            array.Insert(operation.Destination ?? 0, moved);
        }

        return null;
    }

    /// <summary>The element's object; of a primitive the one that holds its id and extensions, made where there is none.</summary>
    private static JsonObject? ObjectAt(JsonObject root, ElementPlace place)
    {
        if (place.Type?.Kind != TypeKind.Primitive) return place.NodeIn(root) as JsonObject;
        if (place.Last is not { } last || place.ContainerIn(root) is not { } container) return null;
        var name = $"_{last.Name}";
        if (last.Index is not { } index)
        {
            if (container[name] is not JsonObject beside) container[name] = beside = [];
            return beside;
        }

        if (container[name] is not JsonArray list) container[name] = list = [];
        while (list.Count < Count(container, last.Name)) list.Add(null);
        if (list[index] is not JsonObject item) list[index] = item = [];
        return item;
    }

    private static void InsertAt(JsonObject container, PatchValue value, int index)
    {
        var beside = $"_{value.Name}";
        var count = Math.Max(Count(container, value.Name), Count(container, beside));
        foreach (var (name, node) in new[] { (value.Name, value.Node), (beside, value.Beside) })
        {
            if (node is null && container[name] is null) continue;
            if (container[name] is not JsonArray array) container[name] = array = [];
            while (array.Count < count) array.Add(null);
            array.Insert(index, node);
        }
    }

    private static void Remove(JsonObject container, string property, int index, bool keepEmpty)
    {
        foreach (var name in new[] { property, $"_{property}" })
        {
            if (container[name] is not JsonArray array) continue;
            if (index < array.Count) array.RemoveAt(index);
            if (!keepEmpty && array.All(item => item is null)) container.Remove(name);
        }
    }

    private static int Count(JsonObject container, string name) => container[name] is JsonArray array ? array.Count : 0;
}
