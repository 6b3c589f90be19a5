terraform import kibana_connector.mail 90a82c60-478f-11ee-a343-f98a117c727f
terraform import kibana_connector.mail operations/90a82c60-478f-11ee-a343-f98a117c727f
