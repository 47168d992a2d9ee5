using System.Text.Json.Nodes;

namespace Vagus.Care.Tests.Files;

/// <summary>A resource that names one file, as a test sends it.</summary>
internal sealed record Written(string Type, string File, string Patient, string Status)
{
    public (string System, string Code)? Label { get; init; }

    public JsonObject ToJson(string id)
    {
        var attachment = new JsonObject { ["contentType"] = "application/pdf", ["url"] = $"https://clinic.example/api/files/{File}" };
        var json = new JsonObject
        {
            ["resourceType"] = Type,
            ["id"] = id,
            ["status"] = Status,
            ["subject"] = new JsonObject { ["reference"] = $"Patient/{Patient}" },
        };
        if (Label is { } label)
        {
            json["meta"] = new JsonObject
            {
                ["security"] = new JsonArray(new JsonObject { ["system"] = label.System, ["code"] = label.Code }),
            };
        }

        if (Type == "DocumentReference") json["content"] = new JsonArray(new JsonObject { ["attachment"] = attachment });
        else if (Type == "Media") json["content"] = attachment;
        else json["presentedForm"] = new JsonArray(attachment);
        if (Type == "DiagnosticReport") json["code"] = new JsonObject { ["text"] = "Report" };
        return json;
    }
}
