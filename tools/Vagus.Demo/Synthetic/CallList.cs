using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>The patients whom a nurse calls today: a list that is deleted when the calls are made.</summary>
internal static class CallList
{
    public static string IdOf(Scene scene) => scene.Id("calls");

    public static IEnumerable<JsonObject> Write(Scene scene)
    {
        var list = Fhir.Resource("List", IdOf(scene));
        list["status"] = "current";
        list["mode"] = "working";
        list["title"] = "Calls of today";
        list["subject"] = scene.Patient.Reference;
        list["date"] = Fhir.Time(scene.At);
        list["entry"] = Fhir.List(new JsonObject { ["item"] = scene.Patient.Reference });
        yield return list;
    }
}
