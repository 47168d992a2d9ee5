using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Care.Alerts;

namespace Vagus.Care.Charts;

/// <summary>Generated serialisers of what charts keep and answer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PatientChart))]
[JsonSerializable(typeof(ChartPerson))]
[JsonSerializable(typeof(ChartAllergy))]
[JsonSerializable(typeof(ChartMedication))]
[JsonSerializable(typeof(ChartDiagnosis))]
[JsonSerializable(typeof(VitalValue))]
[JsonSerializable(typeof(PressureValue))]
[JsonSerializable(typeof(ChartAlert))]
[JsonSerializable(typeof(ChartAlerts))]
[JsonSerializable(typeof(KeptReport))]
[JsonSerializable(typeof(LabTest))]
[JsonSerializable(typeof(KeptViewing))]
[JsonSerializable(typeof(AlertMark))]
[JsonSerializable(typeof(KeptStudy))]
[JsonSerializable(typeof(ImageView))]
[JsonSerializable(typeof(DispenseView))]
[JsonSerializable(typeof(KeptWarning))]
[JsonSerializable(typeof(KeptEncounter))]
[JsonSerializable(typeof(CodedText))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(ChartPage<LabResultView>))]
[JsonSerializable(typeof(ChartPage<ImagingStudyView>))]
[JsonSerializable(typeof(ChartPage<MedicationView>))]
[JsonSerializable(typeof(ChartPage<EncounterView>))]
[JsonSerializable(typeof(ChartPage<AuditLine>))]
[JsonSerializable(typeof(IReadOnlyCollection<string>))]
[JsonSerializable(typeof(IReadOnlySet<string>))]
internal sealed partial class ChartJson : JsonSerializerContext;
