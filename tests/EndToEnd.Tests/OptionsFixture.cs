[assembly: AssemblyFixture(typeof(MetricsAlerts.Testing.RangesReadOnce))]
