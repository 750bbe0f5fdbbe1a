namespace MetricsAlerts.DataRobot.Directories;

/// <summary>What is remembered of deployments.</summary>
internal sealed record DeploymentDirectories(HostDirectory Hosts, SettingsDirectory Settings, ModelDirectory Models);
