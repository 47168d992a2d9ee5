using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class CompartmentReaderTests
{
    private readonly CompartmentReader reader = new(new OwnBases("https://here.example/fhir"));

    [Theory]
    [InlineData("patient", "Patient", "p1")]
    [InlineData("observation", "Observation", "p1")]
    [InlineData("appointment", "Appointment", "p1")]
    [InlineData("condition", "Condition", "")]
    [InlineData("plan", "PlanDefinition", "")]
    [InlineData("patient", "Starship", "")]
    public void A_resource_belongs_to_the_patients_it_refers_to(string sample, string type, string expected)
    {
        var resource = Samples.Get(sample);

        var patients = reader.Patients(resource, type);

        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), patients);
    }

    [Fact]
    public void The_index_values_tell_the_same()
    {
        var indexer = new SearchIndexer(new OwnBases("https://here.example/fhir"));

        foreach (var (type, resource) in SyntheaResources.All())
        {
            Assert.Equal(reader.Patients(resource, type), CompartmentReader.Patients(indexer.Extract(resource, type), resource, type));
        }
    }
}
